"""Training of the emotion model on FER-2013."""

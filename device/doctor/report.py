"""Runs all checks and prints what they say, for people or for programs."""

import dataclasses
import functools
import json
import logging
from collections.abc import Callable

from device.doctor import parts, system
from device.doctor.finding import Finding, Level, fault
from device.options import Config

SIGNS = {Level.OK: "ok", Level.WARNING: "warning", Level.FAULT: "FAULT"}

Check = Callable[[Config], Finding]


def checks(tone: bool) -> list[Check]:
    """All checks, in the order of the report. tone: whether a sound may be made."""
    return [
        system.system,
        system.packages,
        system.access,
        parts.camera,
        parts.cascade,
        parts.model,
        parts.network,
        parts.latency,
        parts.screen,
        functools.partial(parts.sound, tone=tone),
        parts.songs,
        system.disk,
        system.heat,
        system.clock,
        system.service,
    ]


def doctor(config: Config, as_json: bool, tone: bool) -> int:
    """Prints the report as it comes; returns the exit code.

    0: at most warnings. 1: a fault. 3: no fault but that of hardware which is missing.
    """
    findings = []
    for check in checks(tone):
        logging.disable(logging.WARNING)  # the report says it all
        findings.append(_safely(check, config))
        logging.disable(logging.NOTSET)
        if not as_json:
            print(_line(findings[-1]), flush=True)
    if as_json:
        print(json.dumps(_as_json(findings), ensure_ascii=False))
    else:
        print(_summary(findings))
    return exit_code(findings)


def exit_code(findings: list[Finding]) -> int:
    """What ``doctor`` returns for these."""
    faults = [finding for finding in findings if finding.level is Level.FAULT]
    if not faults:
        return 0
    return 3 if all(finding.hardware for finding in faults) else 1


def _safely(check: Check, config: Config) -> Finding:
    try:
        return check(config)
    except Exception as error:  # the doctor outlives what it finds
        name = getattr(check, "func", check).__name__
        told = f"the check itself failed: {type(error).__name__}: {error}"
        return fault(name, told, "that is a fault of the program; please report it")


def _line(finding: Finding) -> str:
    line = f"{SIGNS[finding.level]:<8} {finding.part:<9} {finding.text}"
    return line + (f"\n{'':<18} → {finding.remedy}" if finding.remedy else "")


def _summary(findings: list[Finding]) -> str:
    levels = [finding.level for finding in findings]
    faults, warnings = levels.count(Level.FAULT), levels.count(Level.WARNING)
    return f"\nFaults: {faults}. Warnings: {warnings}." if faults or warnings else "\nAll is well."


def _as_json(findings: list[Finding]) -> dict:
    worst = max(finding.level for finding in findings)
    return {
        "worst": worst.name.lower(),
        "findings": [
            dataclasses.asdict(finding) | {"level": finding.level.name.lower()}
            for finding in findings
        ],
    }

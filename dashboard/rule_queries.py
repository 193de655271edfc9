"""What *Rules & model* asks: thresholds, verdicts and policy, cached as `dashboard.queries` says."""

# ruff: noqa: ARG001 - the pin is the cache's key; the question itself does not need it

from __future__ import annotations

import streamlit as st

from core.api import (
    BackTest,
    PolicyTable,
    PolicyView,
    SettingsVersion,
    ThresholdAdvice,
    Verdicts,
    WhatIf,
)
from dashboard.queries import Pin
from dashboard.session import assay


def control_history(control_id: str) -> tuple[SettingsVersion, ...]:
    """Return what was set for a control, newest first, as of this moment."""
    return assay().control_history(control_id)


@st.cache_data(ttl="600s", max_entries=100, show_spinner=False)
def what_if(at: Pin, control_id: str, in_force: str, thresholds: dict[str, str], enabled: bool) -> WhatIf:
    """Return what a control would find with other thresholds than those in force."""
    return assay().what_if(control_id, thresholds, enabled)


@st.cache_data(ttl="60s", max_entries=10, show_spinner=False)
def verdicts(at: Pin) -> tuple[Verdicts, ...]:
    """Return what people said of each control's closed cases."""
    return assay().verdicts()


@st.cache_data(ttl="60s", max_entries=10, show_spinner=False)
def suggested_thresholds(at: Pin) -> tuple[str, ...]:
    """Return the controls of which another threshold is suggested, by id."""
    return assay().suggested_thresholds()


@st.cache_data(ttl="60s", max_entries=100, show_spinner=False)
def threshold_advice(at: Pin, control_id: str) -> ThresholdAdvice | None:
    """Return what verdicts say of a control's thresholds; None where it has none that is a number."""
    return assay().threshold_advice(control_id)


@st.cache_data(ttl="60s", max_entries=10, show_spinner=False)
def policy(at: Pin) -> PolicyView:
    """Return who decides, as tables."""
    return assay().policy()


@st.cache_data(ttl="600s", max_entries=20, show_spinner=False)
def try_policy(at: Pin, in_force: str, tables: tuple[PolicyTable, ...]) -> BackTest:
    """Return what other tables would have decided than those in force."""
    return assay().try_policy(tables)

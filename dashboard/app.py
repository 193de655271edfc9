"""The dashboard's server: the frame, with sign-in in front of it and headers on all that it sends."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from dashboard.gate import Gate
from dashboard.sign_in import ROUTES

app = App(Path(__file__).with_name("frame.py"), routes=ROUTES, middleware=[Middleware(Gate)])

"""Put one gateway together."""

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from sms.fake.admin import admin
from sms.fake.faraz import faraz
from sms.fake.page import page
from sms.fake.room import Room
from sms.fake.settings import GatewaySettings
from sms.fake.v1 import v1


def create_gateway(settings: GatewaySettings) -> Flask:
    """A gateway as a WSGI application. Call-backs are made by `server.Server`, which runs it."""
    app = Flask("sms.fake")
    app.extensions["room"] = Room(settings)
    for rooms in (v1, faraz, admin, page):
        app.register_blueprint(rooms)
    app.register_error_handler(HTTPException, _in_json)
    return app


def _in_json(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, HTTPException)
    return jsonify(error=error.description), error.code or 500

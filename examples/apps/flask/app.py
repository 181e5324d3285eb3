import os
import socket

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    powered_by = os.environ.get("POWERED_BY", "Fairlead")
    return f"Powered by {powered_by}\n"


@app.get("/who")
def who():
    return f"{socket.gethostname()} {os.getpid()} {os.environ.get('PORT')}\n"

/** Files of an app. */
export type Files = Readonly<Record<string, string>>;

/** A web app without dependencies: answers GET and POST with its version, keeps connections, dies at once when it is told to. */
export const plainApp = (version: number): Files => ({
  Procfile: 'web: python3 app.py\n',
  'app.py': `import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Page(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def do_GET(self):
        body = b'version ${version}\\n'
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers['Content-Length']))
        self.do_GET()

    def log_message(self, *_):
        pass

ThreadingHTTPServer(('0.0.0.0', int(os.environ['PORT'])), Page).serve_forever()
`,
});

/** The same with Flask under gunicorn. Another number of dependencies is another set of them. */
export const flaskApp = (version: number, dependencies = 1): Files => ({
  'requirements.txt': `Flask==3.1.2\ngunicorn==23.0.0\n# ${dependencies}\n`,
  Procfile: 'web: gunicorn --bind 0.0.0.0:$PORT app:app\n',
  'app.py': `import os
from flask import Flask, request
app = Flask(__name__)

@app.route('/', methods=['GET', 'POST'])
def page():
    request.get_data()
    return 'version ${version}\\n'

@app.route('/color')
def color():
    return f"version ${version} color {os.environ.get('COLOR', 'none')}\\n"
`,
});

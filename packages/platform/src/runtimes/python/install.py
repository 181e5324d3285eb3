"""Fills a folder with what a Python app depends on: install.py FOLDER, in the folder of the source.

The folder is used by other machines and under another path, and the same input must give the same bytes. So compiled
files do not look at times, hold the path that the app sees, and scripts find Python by PATH.
"""

import compileall
import glob
import os
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile

# Where the folder is in the image.
IMAGE_FOLDER = '/app/.fairlead/deps'


def main():
    folder = sys.argv[1]
    requirements = find_requirements()
    if requirements is not None:
        require_pip()
        install(requirements, folder)
        make_portable(folder)
        compile_all(folder)


def find_requirements():
    if os.path.exists('requirements.txt'):
        check_references('requirements.txt')
        return ['-r', 'requirements.txt']
    if os.path.exists('pyproject.toml'):
        return project_requirements()
    say('no requirements.txt: nothing is installed (the dependencies of setup.py are not looked at)')
    return None


def check_references(path, seen=()):
    """Refuses what lies outside of the files that decide whether this step runs again: it would never be renewed."""
    with open(path, encoding='utf-8', errors='replace') as file:
        lines = [line.strip() for line in file]
    for line in lines:
        included = re.match(r'(?:-r|--requirement|-c|--constraint)[ =]*(\S+)', line)
        if included and '://' not in included[1]:
            name = os.path.normpath(os.path.join(os.path.dirname(path), included[1]))
            if not re.fullmatch(r'[^/]+\.txt|requirements/.+', name):
                stop(f'{path} includes {included[1]}.\nMove it to the top of the source, as a .txt file, '
                     'or into the folder requirements.')
            if os.path.exists(name) and name not in seen:
                check_references(name, (*seen, path, name))
        elif re.match(r'-e\b|--editable\b|\.|/|file:', line):
            stop(f'{path} names a folder or file of its own: {line}\nPut the package into the folder wheels, '
                 'or beside app.py, where it is found without being installed.')


def project_requirements():
    document = load_toml('pyproject.toml')
    project = document.get('project', {})
    if 'poetry' in document.get('tool', {}) and 'dependencies' not in project:
        stop('pyproject.toml keeps the dependencies in a form that only Poetry reads.\n'
             'Write them to a file that everybody reads:  poetry export --output requirements.txt')
    listed = project.get('dependencies', [])
    if not listed:
        say('pyproject.toml lists no dependencies')
        return None
    with tempfile.NamedTemporaryFile('w', suffix='.txt', delete=False) as file:
        file.write('\n'.join(listed))
    return ['-r', file.name]


def load_toml(path):
    try:
        import tomllib
    except ImportError:
        # Python before 3.11: pip brings its own copy.
        require_pip()
        from pip._vendor import tomli as tomllib
    with open(path, 'rb') as file:
        try:
            return tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            stop(f'{path} is not understood: {error}')


def require_pip():
    try:
        import pip  # noqa: F401
    except ImportError:
        stop('pip for Python 3 is not there.\nInstall it:  apt-get install python3-pip')


def install(requirements, folder):
    constraints = ['-c', 'constraints.txt'] if os.path.exists('constraints.txt') else []
    wheels = [name for name in ('wheels', 'vendor') if has_packages(name)]
    found = [option for name in wheels for option in ('--find-links', name)]
    arguments = [*requirements, *constraints, *found, '--target', folder]
    if wheels:
        say(f'installing from {" and ".join(wheels)}')
        if run_pip(['--no-index', *arguments]) == 0:
            return
        say('not everything is there; asking the package index for the rest')
        empty(folder)
    status = run_pip(arguments)
    if status != 0:
        sys.exit(status)


def has_packages(folder):
    return any(glob.glob(os.path.join(folder, pattern)) for pattern in ('*.whl', '*.tar.gz'))


def run_pip(arguments):
    # The warning about root has no option before pip 22.1; a variable that is unknown is passed over.
    environment = {**os.environ, 'PIP_ROOT_USER_ACTION': 'ignore'}
    options = ['--no-input', '--disable-pip-version-check', '--no-compile', '--progress-bar', 'off']
    return subprocess.call([sys.executable, '-m', 'pip', 'install', *options, *arguments], env=environment)


def empty(folder):
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def make_portable(folder):
    scripts = os.path.join(folder, 'bin')
    if not os.path.isdir(scripts):
        return
    first = b'#!' + sys.executable.encode()
    for name in sorted(os.listdir(scripts)):
        path = os.path.join(scripts, name)
        with open(path, 'rb') as file:
            content = file.read()
        if content.startswith(first):
            rest = content[len(first):]
            with open(path, 'wb') as file:
                file.write(b'#!/usr/bin/env python3' + rest)


def compile_all(folder):
    # What does not compile (templates, code for another Python) was never meant to be imported.
    compileall.compile_dir(
        folder, quiet=2, workers=os.cpu_count() or 1, stripdir=folder, prependdir=IMAGE_FOLDER,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def say(line):
    print(line, flush=True)


def stop(message):
    print(message, file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == '__main__':
    main()

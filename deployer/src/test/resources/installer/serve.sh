# Serves install.sh, whose text is the first argument, with the server of the Python driver's installer.
set -eu
mkdir /tmp/server
cp -r /fob/driver/fobinstall /tmp/server/
printf '%s' "$1" > /tmp/server/install.sh
# The server runs the install.py beside it for each step.
cat > /tmp/server/install.py <<'PYTHON'
import os, sys
os.execv("/bin/sh", ["sh", "/tmp/server/install.sh", *sys.argv[1:]])
PYTHON
exec python3 -I -c 'import os, sys; sys.path.insert(0, "/tmp/server"); from fobinstall import serve; sys.exit(serve.serve(os.environ))'

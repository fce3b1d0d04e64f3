#!/bin/sh
# Makes the dependencies of the function `packages` in the folder $1: a jar.
set -e
jdk=$(../run.sh home)
classes=$(mktemp -d)
trap 'rm -r "$classes"' EXIT
"$jdk/bin/javac" -d "$classes" layer/fixture/Fixture.java
"$jdk/bin/jar" --create --file "$1/fixture.jar" -C "$classes" .

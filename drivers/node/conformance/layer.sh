#!/bin/sh
# Makes the dependencies of the function `packages` in the folder $1: a package in node_modules.
set -e
mkdir "$1/node_modules"
cp -R layer/fixture "$1/node_modules/"

import os

import greeting

HERE = os.path.dirname(os.path.abspath(__file__))


def callme(name):
    with open(HERE + "/data/mark.txt", encoding="utf-8") as file:
        return greeting.of(name) + file.read().strip()

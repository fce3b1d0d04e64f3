import fixture

def callme(name):
    return fixture.greet(name)

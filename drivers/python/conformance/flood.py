def callme(lines):
    for number in range(lines):
        print("line", number)
    return lines

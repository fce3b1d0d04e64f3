import unittest

from main import callme


class CallmeTest(unittest.TestCase):
    def test_greets_by_name(self):
        self.assertEqual(callme("Ada"), "Hello, Ada!")


if __name__ == "__main__":
    unittest.main()

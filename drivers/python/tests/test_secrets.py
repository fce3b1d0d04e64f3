"""Secrets and the environment of the function."""
import json
import os

from harness import DriverTest
from test_loading import Serving

CODE = "import os\ndef callme(name): return os.environ.get(name)"


class Secrets(Serving):
    def directory(self, **files):
        folder = os.path.join(self.start_process(None).folder, "secrets")
        os.mkdir(folder)
        for name, value in files.items():
            with open(f"{folder}/{name}", "wb") as file:
                file.write(value)
        return f"file://{folder}"

    def test_files_become_variables_unchanged_if_they_are_named(self):
        url = self.directory(KEY=" s3cret ü\n".encode(), OTHER=b"o")
        client = self.start("import os\nloaded = os.environ['KEY']\n" + CODE, FOB_SECRETS_URL=url, FOB_SECRET_ENV="KEY").client()
        self.assertEqual(client.run(name="KEY").result, " s3cret ü\n")
        self.assertEqual(client.run(name="OTHER").result, None)

    def test_a_url_gives_them_too_with_the_token(self):
        body = json.dumps({"KEY": "v\u00fc"}).encode()
        url, tokens = self.serve((200, body, len(body)))
        driver = self.start(CODE, FOB_SECRETS_URL=url, FOB_SECRET_ENV="KEY", FOB_CODE_TOKEN="t0k")
        self.assertEqual((driver.run(name="KEY").result, tokens), ("v\u00fc", ["Bearer t0k"]))

    def test_what_is_wrong_with_them_is_told_without_their_values(self):
        cases = [(self.directory(KEY=b"hush\0"), "KEY", "the secret KEY cannot be an environment variable"),
                 (self.directory(KEY=b"hush\xff"), "KEY", "the secret KEY cannot be an environment variable"),
                 (self.directory(KEY=b"hush"), "KEY,KEY2", "the secret KEY2 does not exist")]
        for body in b'{"KEY": hush}', b'{"KEY": ["hush"]}':
            cases.append((self.serve((200, body, len(body)))[0], "KEY", "are not a JSON object of names and texts"))
        for url, names, message in cases:
            driver = self.start(CODE, FOB_SECRETS_URL=url, FOB_SECRET_ENV=names)
            self.assertIn(message, driver.wait_until("failed")["error"]["message"])
            driver.process.kill()
            driver.wait()
            self.assertNotIn("hush", str(driver.log.all() + driver.events.all()))


class Environment(DriverTest):
    def test_it_has_what_the_user_has_set_and_nothing_of_fob(self):
        code = "import os\ndef callme(): return [os.environ['MINE'], [n for n in os.environ if n.startswith('FOB_')]]"
        self.assertEqual(self.start(code, MINE="x", FOB_CODE_TOKEN="t", FOB_ANY="y").run().result, ["x", []])

"""How a driver loads a function."""
import base64
import hashlib

from .case import Case
from .http import served


class Loading(Case):
    def test_health_says_waiting_then_ready(self):
        driver = self.start()
        self.assertEqual(driver.client().health().status, 200)
        self.assert_error(driver.run({}), 503, "not-initialized")
        self.assertEqual(driver.init({"code": self.language.code("echo").decode()}).json, {"ok": True})
        self.assertEqual(driver.client().health().json, {"state": "ready"})

    def test_init_works_once(self):
        driver = self.start("echo")
        answer = driver.client().post("/init", {"value": {"code": self.language.code("echo").decode()}})
        self.assert_error(answer, 403, "already-initialized")

    def test_malformed_inits_are_refused_and_another_may_follow(self):
        driver = self.start()
        for value in {}, {"code": 1}, {"code": "eA==", "binary": True}, {"code": "x", "env": 5}:
            self.assertEqual(driver.init(value).status, 400, value)
        self.assertEqual(driver.init({"code": self.language.code("echo").decode()}).status, 200)

    def test_code_that_does_not_load_shows_its_line(self):
        driver = self.start_code(self.language.code("broken"))
        driver.wait_until("failed")
        error = self.assert_error(driver.run({}), 503, "failed")
        shown = "\n".join([error["message"], *error.get("stack", [])])
        number, text = self.language.line("broken", "BROKEN HERE")
        self.assertIn(text, shown)
        self.assertIn(str(number), shown)
        self.assertEqual([event["event"] for event in driver.events()], ["failed"])

    def test_an_archive_has_its_modules_and_files(self):
        driver = self.start_code(self.language.archive(), entry=self.language.entry)
        driver.wait_until("ready", "failed")
        self.assertEqual(driver.run({"name": "Ann"}).result, "Hello, Ann!")

    def test_init_takes_an_archive_and_finds_its_entry_file(self):
        driver = self.start()
        code = base64.b64encode(self.language.archive()).decode()
        self.assertEqual(driver.init({"code": code, "binary": True}).json, {"ok": True})
        self.assertEqual(driver.run({"name": "Bo"}).result, "Hello, Bo!")

    def test_the_packages_of_a_directory_can_be_imported(self):
        folder, _ = self.language.layer()
        driver = self.start("packages", layer=folder)
        self.assertEqual(driver.run({"name": "Cy"}).result, "Hello, Cy, from a package!")

    def test_the_packages_of_an_archive_can_be_imported_if_its_checksum_is_right(self):
        _, archive = self.language.layer()
        for checksum, state in (hashlib.sha256(archive).hexdigest(), "ready"), ("0" * 64, "failed"):
            with self.subTest(state), served(self.target.host, archive, token="t0ken") as url:
                driver = self.start_code(self.language.code("packages"), FOB_LAYER_URL=url, FOB_LAYER_SHA256=checksum,
                                         FOB_CODE_TOKEN="t0ken")
                self.assertEqual(driver.wait_until("ready", "failed"), state, driver.log())
                answer = driver.run({"name": "Di"})
                if state == "ready":
                    self.assertEqual(answer.result, "Hello, Di, from a package!")
                else:
                    self.assert_error(answer, 503, "failed")

    def test_wrong_settings_end_it_with_code_2(self):
        driver = self.start_code(None, FOB_TIMEOUT_MS="soon", FOB_CONCURRENCY="0")
        self.assertEqual(driver.exit_code(), 2)
        text = "\n".join(driver.log())
        self.assertIn("FOB_TIMEOUT_MS", text)
        self.assertIn("FOB_CONCURRENCY", text)

    def test_dependencies_that_are_not_there_are_told(self):
        driver = self.start_code(self.language.code("echo"), FOB_LAYER_URL="file:///no/such/layer")
        driver.wait_until("failed")
        self.assertIn("/no/such/layer", self.assert_error(driver.run({"value": 1}), 503, "failed")["message"])

    def test_secrets_are_variables_if_they_are_named_and_files(self):
        secrets = {"KEY": "s3cret \u20ac\n", "OTHER": "not shown"}
        driver = self.start("env", secrets=secrets, FOB_SECRET_ENV="KEY")
        self.assertIn(driver.run({"name": "KEY"}).result, (secrets["KEY"], secrets["KEY"] + "\n"))
        self.assertEqual(driver.run({"name": "OTHER"}).result, None)
        files = self.start("file", secrets=secrets)
        self.assertEqual(files.run({"path": files.secrets + "/OTHER"}).result, "not shown")
        self.assertNotIn("s3cret", "\n".join(driver.log()))

    def test_a_secret_that_does_not_exist_is_told(self):
        driver = self.start_code(self.language.code("env"), secrets={"KEY": "hush"}, FOB_SECRET_ENV="KEY,MISSING")
        driver.wait_until("failed")
        self.assertIn("MISSING", self.assert_error(driver.run({"name": "KEY"}), 503, "failed")["message"])
        self.assertNotIn("hush", str(driver.log()) + str(driver.events()))

    def test_the_environment_has_the_users_variables_and_none_of_fob(self):
        driver = self.start("env", MINE="\u20ac x", FOB_CODE_TOKEN="hush")
        self.assertEqual(driver.run({"name": "MINE"}).result, "\u20ac x")
        for name in "FOB_CODE_TOKEN", "FOB_LISTEN", "FOB_CODE_URL":
            self.assertEqual(driver.run({"name": name}).result, None)

    def test_it_listens_on_tcp(self):
        driver = self.start("echo", tcp=True)
        self.assertEqual(driver.run({"value": 1}).result, 1)

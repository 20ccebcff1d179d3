#!/usr/bin/python3
"""What the command line takes and refuses: test_command_line.py SALTBRIDGE ROOT."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import drive
from drive import BAD_DECK, IO, MISSED, NO_FILE, OK, USAGE


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = drive.Folder()
        self.addCleanup(self.folder.remove)

    def expect(self, status, words, *arguments):
        """The call ends with status, has all words on the stream where they belong and nothing on the other."""
        result = self.folder.call(*arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        said, other = (result.stdout, result.stderr) if status == OK else (result.stderr, result.stdout)
        for word in words:
            self.assertIn(word, said)
        self.assertEqual(other, "")

    def test_help_and_version_go_to_stdout(self):
        self.expect(
            OK, ["usage: saltbridge COMMAND", "run", "check", "manual", "ions", "info", "Exit codes"], "--help"
        )
        self.expect(OK, ["usage: saltbridge COMMAND"], "-h")
        self.expect(OK, ["saltbridge "], "--version")
        for command in ("run", "check", "manual", "ions", "info"):
            self.expect(OK, [f"usage: saltbridge {command}"], command, "--help")

    def test_usage(self):
        self.expect(USAGE, ["usage: saltbridge COMMAND"])
        self.expect(USAGE, ["no command 'rnu'", "did you mean 'run'?"], "rnu", "deck.yaml")
        self.expect(USAGE, ["no command '--verbose'"], "--verbose")
        self.expect(USAGE, ["run takes a deck"], "run")
        self.expect(USAGE, ["'--jsn'"], "run", "--jsn", "deck.yaml")
        self.expect(USAGE, ["'two.yaml'"], "run", "one.yaml", "two.yaml")
        self.expect(USAGE, ["-o takes the name of the output file"], "run", "deck.yaml", "-o")
        self.expect(USAGE, ["check takes one deck"], "check")

    def test_files_that_are_not_there(self):
        for command in ("run", "check"):
            self.expect(NO_FILE, ["nothing.yaml", "No such file"], command, "nothing.yaml")
        self.expect(NO_FILE, ["nothing.h5"], "info", "nothing.h5")
        self.expect(IO, ["cannot"], "run", ".")

    def test_file_that_is_no_archive(self):
        self.folder.write("no HDF5\n", "text.h5")
        self.expect(IO, ["text.h5"], "info", "text.h5")

    def test_bad_deck_leaves_no_file(self):
        result = self.folder.run(drive.deck(species="[Kx+, Cl-]"))
        self.assertEqual(result.returncode, BAD_DECK)
        self.assertIn("deck.yaml:2:", result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.folder.names(), ["deck.yaml"])

    def test_missed_expectation(self):
        wrong = "{quantity: potential, value: 5 mV, tolerance: 1 uV}"
        right = "{quantity: current, value: 0 A/m2, tolerance: 1 A/m2}"
        result = self.folder.run(drive.deck(expect=f"[{wrong}, {right}]"))
        self.assertEqual(result.returncode, MISSED, result.stderr)
        self.assertRegex(result.stdout, r"MISSED +potential +5\.0*.mV +-1\.1")
        self.assertRegex(result.stdout, r"met +current")
        self.assertEqual(self.folder.names(), ["deck.h5", "deck.yaml"])

    def test_options_for_petsc_reach_it(self):
        result = self.folder.run(drive.deck(), "--", "-snes_monitor")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn("SNES Function norm", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

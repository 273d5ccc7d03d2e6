"""mail_judge.py against a small day of mail, one record of which is altered at a time."""

import copy
import unittest

import mail_judge
from mail_judge import CLUSTERS, SERVICES

TO = "anna@north-a.test"


def quiet_day():
    """Every service is used ten times; one message for two, one that nobody answered for, one that was appended."""
    records = [{"client": f"{service}.{cluster}", "cluster": cluster, "service": service, "op": "use", "t0": t, "t1": t + 0.1, "ok": True}
               for cluster in CLUSTERS for service in SERVICES for t in range(10)]
    of_a = {"client": "smtp-kept.a", "cluster": "a", "service": "smtp"}
    records += [{**of_a, "op": "send", "t0": 1, "t1": 2, "ok": True, "name": "m1", "to": [TO, "ben@north-a.test"]},
                {**of_a, "op": "append", "t0": 3, "t1": 4, "ok": True, "name": "m2", "to": [TO]},
                {"client": "look", "op": "look", "t0": 11, "t1": 12, "ok": True, "account": TO, "found": [["INBOX", 1, "m1"], ["Drafts", 1, "m2"], ["INBOX", 2, None]]},
                {"client": "look", "op": "look", "t0": 12, "t1": 13, "ok": True, "account": "ben@north-a.test", "found": [["Archive", 7, "m1"]]}]
    return records


class MailJudge(unittest.TestCase):
    def kinds(self, alter):
        records = copy.deepcopy(quiet_day())
        alter(records)
        return {each.split(":")[0] for each in mail_judge.judge_mail(records)}

    def test_a_quiet_day(self):
        self.assertEqual(self.kinds(lambda records: None), set())

    def test_one_record_altered(self):
        cases = {
            "lost": lambda records: records[-2]["found"].pop(0),
            "doubled": lambda records: records[-1]["found"].append(["INBOX", 9, "m1"]),
            "unknown": lambda records: records[-1]["found"].append(["INBOX", 9, "m3"]),
            "error": lambda records: records[0].update(ok=False, error="gone"),
            "silent": lambda records: records.remove(records[14]),
        }
        for kind, alter in cases.items():
            with self.subTest(kind):
                self.assertEqual(self.kinds(alter), {kind})

    def test_what_nobody_answered_for_may_be_there_once(self):
        for folders, kinds in (([], set()), (["INBOX"], set()), (["INBOX", "INBOX"], {"doubled"})):
            def alter(records, folders=folders):
                records.append({"client": "smtp-new.a", "op": "send", "t0": 5, "t1": 6, "ok": False, "name": "m4", "to": [TO]})
                records[-3]["found"] += [[folder, 20 + n, "m4"] for n, folder in enumerate(folders)]
            with self.subTest(folders):
                self.assertEqual(self.kinds(alter), kinds)


if __name__ == "__main__":
    unittest.main()

"""statistics_judge.py against a small day, one record of which is altered at a time."""

import copy
import unittest

import statistics_judge

ANNA, BEN = "anna@north-a.test", "ben@south-b.test"
OFFSET = 1000.0


def figures(op, of, t, count, marked=False, **more):
    """Of a moment at which `count` messages had come."""
    shown = {"found_at": OFFSET + t, "good_until": 1} if marked else {}
    return {"client": "figures", "op": op, "ok": True, "object": of, "t0": t, "t1": t + 0.1, "in": count, "appended": 0, "imap4": 0, "pop3": 0,
            "as_of": int(OFFSET + t), "marked": marked, **shown, **more}


def small_day():
    """A message a second to each of two; a counter is altered at 8 and found at 12, a roll-up at 20, found at 22."""
    records = [{"client": "operator", "op": "clock", "ok": True, "t0": 0, "t1": 0, "offset": OFFSET}]
    records += [figures("before", of, 0, 0) for of in (ANNA, BEN, "north-a.test", "south-b.test")]
    records += [{"client": "smtp", "service": "smtp", "op": "send", "ok": True, "t0": t + 0.2, "t1": t + 0.3, "name": f"m{t}", "to": [ANNA, BEN]} for t in range(1, 30)]
    records += [{"client": "imap", "service": "imap", "op": "session", "ok": True, "t0": 3.2, "t1": 3.3, "account": ANNA}]
    for t in range(1, 30):
        records.append(figures("figures", "north-a.test", t, t - 1 + 1000 * (t == 11), marked=t in (12, 13)))
        records.append(figures("figures", "south-b.test", t, t - 1 + 1000 * (t == 21), marked=t in (22, 23)))
        records.append({"client": "cycles", "op": "cycles", "ok": True, "t0": t, "t1": t + 0.1, "verifier": "control", "count": t // 5})
        records.append({"client": "cycles", "op": "cycles", "ok": True, "t0": t, "t1": t + 0.1, "verifier": "a", "count": t // 5})
        records.append({"client": "reader", "op": "status", "ok": True, "t0": t, "t1": t + 0.1, "states": {"a-imap": "Online", "control-app": "Online"}})
    records += [{"client": "operator", "op": "alter", "what": "a counter", "ok": True, "t0": 8, "t1": 8.1, "objects": ["north-a.test"], "verifiers": ["a"]},
                {"client": "operator", "op": "alter", "what": "a roll-up", "ok": True, "t0": 20, "t1": 20.1, "objects": ["south-b.test"], "verifiers": ["control"]},
                {"client": "operator", "op": "incident", "ok": True, "t0": 22, "t1": 22.1},
                {"client": "page", "op": "page", "ok": True, "t0": 23, "t1": 23.1, "has_note": True}]
    records += [figures("after", of, 31, 29, imap4=1 if "north" in of else 0) for of in (ANNA, BEN, "north-a.test", "south-b.test")]
    return sorted(records, key=lambda each: each["t1"])


def one(records, op, **wanted):
    return next(each for each in records if each["op"] == op and all(each.get(name) == value for name, value in wanted.items()))


class StatisticsJudge(unittest.TestCase):
    def kinds(self, alter):
        records = copy.deepcopy(small_day())
        alter(records)
        records.sort(key=lambda each: each["t1"])
        return {each.split(":")[0] for each in statistics_judge.judge_statistics(records)}

    def test_a_day_on_which_both_were_found(self):
        self.assertEqual(statistics_judge.judge_statistics(small_day()), [])

    def test_one_record_altered(self):
        def look(records, of, t):
            return one(records, "figures", object=of, t0=t)

        cases = {
            # lost
            "a message that was sent is not in the records": ({"recount", "wrong"}, lambda records: records.remove(one(records, "send", name="m29")) or look(records, "south-b.test", 29).update({"in": 29})),
            "a sign-in is not in the records": ({"recount"}, lambda records: records.remove(one(records, "session"))),
            "nobody looked at a user in the end": ({"recount"}, lambda records: records.remove(one(records, "after", object=BEN))),
            # doubled
            "a message was sent once more": ({"recount", "incomplete"}, lambda records: records.append(dict(one(records, "send", name="m5")))),
            "a figure counts one twice": ({"recount"}, lambda records: one(records, "after", object=ANNA).update({"in": 30})),
            # reordered
            "a figure is of later": ({"wrong"}, lambda records: look(records, "north-a.test", 5).update({"in": 7})),
            "a mark is there before the alteration": ({"mark"}, lambda records: look(records, "north-a.test", 5).update(marked=True, found_at=1, good_until=1)),
            # late
            "a figure lacks what came before its as-of time": ({"incomplete"}, lambda records: look(records, "north-a.test", 5).update({"in": 3})),
            "a whole cycle had passed twice": ({"late"}, lambda records: one(records, "cycles", verifier="a", t0=10).update(count=9)),
            "it was put right after two cycles": ({"late"}, lambda records: one(records, "cycles", verifier="control", t0=22).update(count=9)),
            # what people are told
            "altered figures bear no mark": ({"wrong", "mark"}, lambda records: [each.update(marked=False) for each in records if each["op"] == "figures" and each["object"] == "south-b.test"]),
            "another one's figures are marked": ({"mark"}, lambda records: look(records, "north-a.test", 22).update(marked=True, found_at=1, good_until=1)),
            "marked, unmarked and marked again": ({"mark"}, lambda records: look(records, "north-a.test", 15).update(marked=True, found_at=1, good_until=1)),
            "marked to the end": ({"mend"}, lambda records: [each.update(marked=True, found_at=1, good_until=1) for each in records if each["op"] == "figures" and each["object"] == "south-b.test" and each["t0"] > 22]),
            "a mark without its times": ({"as-of"}, lambda records: look(records, "north-a.test", 12).update(good_until=None)),
            "a component was not Online": ({"status"}, lambda records: one(records, "status", t0=9)["states"].update({"a-imap": "Degraded"})),
            "there is no note": ({"note"}, lambda records: one(records, "page").update(has_note=False)),
            "an administrator was refused": ({"error"}, lambda records: one(records, "figures", t0=4).update(ok=False, error="26")),
        }
        for name, (kinds, alter) in cases.items():
            with self.subTest(name):
                self.assertEqual(self.kinds(alter), kinds)


if __name__ == "__main__":
    unittest.main()

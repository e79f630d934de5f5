"""`make up` on the stack of six regions: what holds right after it, and after doing it again."""

import json
import subprocess
import sys

from tests.engine.machine import CHECKOUT, Machine

_REGIONS = {"us-ashburn-1", "us-chicago-1", "us-phoenix-1", "eu-frankfurt-1", "ap-hyderabad-1", "ap-osaka-1"}


def test_every_yes_and_no_of_verify_is_met(six_regions: Machine) -> None:
    """Each model that a key should reach answers, each that it shouldn't is refused, in all six regions."""
    ran = six_regions.kit("verify", "--json", check=True)

    cells = json.loads(ran.out)["cells"]
    assert [cell for cell in cells if cell["expected"] not in ("unknown", cell["observed"])] == []
    assert {cell["region"] for cell in cells if cell["observed"] == "yes"} == _REGIONS
    assert {cell["api"] for cell in cells if cell["observed"] == "yes"} == {"chat", "responses"}
    assert {cell["expected"] for cell in cells} >= {"yes", "no"}


def test_status_lists_every_key_with_its_slot_and_version(six_regions: Machine) -> None:
    """Each key of each region stands in `status` with the slot in use and the version that Vault serves."""
    ran = six_regions.kit("status", "--json", check=True)

    keys = json.loads(ran.out)["keys"]
    outputs = six_regions.outputs()["keys"]
    assert {(key["key"], key["region"]): key["apiKeyId"] for key in keys} == {
        (name, region): placed["apiKeyId"]
        for name, regions in outputs.items()
        for region, placed in regions.items()
    }
    assert all(key["slotInUse"] in ("key-one", "key-two") and key["secretVersion"] >= 1 for key in keys)


def test_outputs_name_what_an_application_needs(six_regions: Machine) -> None:
    """Per key and region: both OCIDs, the secret's name, the base URL, the models and the expiry."""
    outputs = six_regions.outputs()["keys"]

    placements = [placed for regions in outputs.values() for placed in regions.values()]
    assert len(placements) >= 6
    for placed in placements:
        assert set(placed) == {
            "apiKeyId",
            "vaultSecretId",
            "vaultSecretName",
            "baseUrl",
            "models",
            "expiry",
        }
        assert placed["baseUrl"].startswith("https://inference.generativeai.")


def test_second_up_changes_nothing(six_regions: Machine) -> None:
    """Right after the first `up`, another one reports every resource as unchanged."""
    ran = six_regions.up(check=True)

    summary = ran.out[ran.out.index("Resources:") :].splitlines()[1:3]
    assert summary[0].strip().endswith(" unchanged"), ran.said
    assert summary[1].strip() == "", ran.said


def test_preview_and_refresh_expect_no_changes(six_regions: Machine) -> None:
    """Nothing drifts by itself: preview, with and without refresh, and refresh find what was left."""
    for verb, *arguments in (("preview",), ("preview", "--refresh"), ("refresh", "--yes")):
        ran = six_regions.pulumi(verb, *arguments, "--expect-no-changes")

        assert ran.code == 0, f"{verb} {arguments}:\n{ran.said}"


def test_make_up_again_is_a_no_op(six_regions: Machine) -> None:
    """`make up` a second time changes nothing and verifies again."""
    before = six_regions.admin("GET", "/journal?after=0&limit=1000000")["requests"]

    ran = six_regions.run("make", "up")

    after = six_regions.admin("GET", "/journal?after=0&limit=1000000")["requests"][len(before) :]
    assert ran.code == 0, ran.said
    changes = [
        request for request in after if request["method"] != "GET" and request["service"] != "inference"
    ]
    assert [f"{request['method']} {request['path']}" for request in changes] == []


def test_make_up_leaves_the_checkout_clean(six_regions: Machine) -> None:
    """The engine keeps its salt in the stack's file, where it is committed: nothing shows in `git status`."""
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", "stacks", "policies", ".local", "Pulumi.yaml"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert changed.stdout == ""


def test_state_and_files_hold_no_secret(six_regions: Machine) -> None:
    """No value that Vault holds stands in the state, in the home's files or in what `make up` said."""
    values = six_regions.vault_values()
    assert len(values) >= 6
    places = {"state": json.dumps(six_regions.state())}
    for path in six_regions.home.parent.rglob("*"):
        if path.is_file():
            places[str(path)] = path.read_bytes().decode("latin-1")

    leaks = [place for place, text in places.items() for value in values if value in text]

    assert leaks == []


def test_key_of_one_region_is_refused_in_another(six_regions: Machine) -> None:
    """A key works in its own region only, with the same program and another base URL."""
    lab = six_regions.outputs()["keys"]["lab"]
    value = six_regions.vault_value("us-chicago-1", lab["us-chicago-1"]["vaultSecretId"])
    program = """
import json, sys, openai
value = sys.stdin.readline().strip()
answers = []
for address in sys.argv[1:]:
    try:
        openai.OpenAI(base_url=address, api_key=value, max_retries=0).chat.completions.create(
            model="openai.gpt-oss-20b", messages=[{"role": "user", "content": "Hello"}])
        answers.append(200)
    except openai.APIStatusError as refused:
        answers.append(refused.status_code)
print(json.dumps(answers))
"""
    addresses = [lab[region]["baseUrl"] for region in ("us-chicago-1", "eu-frankfurt-1")]

    ran = subprocess.run(
        [sys.executable, "-c", program, *addresses],
        input=value,
        env=six_regions.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(ran.stdout) == [200, 401]

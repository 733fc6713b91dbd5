"""Learn `routing/data/experience.tsv` from labelled letters.

    python bench/learn.py bench/letters/*.jsonl

Multinomial logistic regression (scikit-learn) over the words of a letter and the concepts that the
rules see in it. Ends with the figures of a cross-validation; the file is written only then.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import diags
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.preprocessing import StandardScaler

from routing.decide import features as features_of
from routing.experience import FILE, UNIT, token_features
from routing.facts import facts_of
from routing.loading import default_rules
from routing.rules import RuleSet
from routing.stream import letter_of, record_of

OUT = Path(__file__).resolve().parents[1] / "routing" / "data" / FILE
PENALTY = 0.3  # C of the regression
LEVEL = 0.65  # how far rare features are raised to the common ones: 0 not at all, 1 wholly
SAID = 0.3  # how heavily a concept counts beside the words, which are of length 1
FOLDS = 5
LIGHTEST = 15  # of UNIT; a feature that weighs less for every owner is left out
RAREST = 2  # letters that a word must stand in


def main(paths: Sequence[str]) -> None:
    """Cross-validate over the files, then learn from all of them."""
    rules = default_rules()
    records, groups = [], []
    for path in paths:
        for line in Path(path).read_text("utf-8").splitlines():
            records.append(record_of(line))
            groups.append(path)
    owners = [owner_of(record) for record in records]
    found = [features(record, rules) for record in records]
    seen = Counter(name for names in found for name in names)
    found = [{name: v for name, v in one.items() if seen[name] >= RAREST} for one in found]
    vectorizer = DictVectorizer()
    rows = vectorizer.fit_transform(found)
    raised = StandardScaler(with_mean=False).fit(rows).scale_ ** -LEVEL
    rows = rows @ diags(raised)
    model = LogisticRegression(C=PENALTY, max_iter=3000)
    folds = GroupKFold(min(FOLDS, len(paths)))
    told = cross_val_predict(model, rows, owners, groups=groups, cv=folds)
    print(json.dumps({"letters": len(records), "right_on_unseen_author": np.mean(told == owners)}))
    model.fit(rows, owners)
    names = list(vectorizer.get_feature_names_out())
    OUT.write_text(written(model, dict(zip(names, raised, strict=True))), "utf-8")


def features(record: dict[str, object], rules: RuleSet) -> dict[str, float]:
    """Feature name → value, as `Experience.shares` weighs them."""
    facts = facts_of(letter_of(record), rules)
    found = {f"{kind} {what}": SAID for kind, all_ in features_of(facts) for what in all_}
    tokens = set(facts.reading.written.tokens)
    for token in tokens:
        for kind, what, value in token_features(token):
            name = f"{kind} {what}"
            found[name] = found.get(name, 0.0) + value / len(tokens) ** 0.5
    return found


def owner_of(record: dict[str, object]) -> str:
    """The first right agency; the five banks are one owner."""
    gold = str(record["gold"][0])  # type: ignore[index]
    return "bank" if gold.startswith("bank") else gold.replace("_", "-")


def written(model: LogisticRegression, raised: Mapping[str, float]) -> str:
    """The model as a table of whole numbers, what hardly weighs left out; `raised`: its features
    in order, and what each was multiplied by."""
    lines = ["\t".join(["name", *model.classes_]), row("bias", model.intercept_)]
    for place, (name, factor) in enumerate(raised.items()):
        scale = factor if name.startswith(("word ", "piece ")) else factor * SAID
        line = row(name, model.coef_[:, place] * scale)
        heaviest = max(abs(int(weight)) for weight in line.split("\t")[1:])
        lines += [line] if heaviest >= LIGHTEST else []
    return "\n".join(lines) + "\n"


def row(name: str, weights: np.ndarray) -> str:
    """One line of the table."""
    return "\t".join([name, *(str(round(weight * UNIT)) for weight in weights)])


if __name__ == "__main__":
    main(sys.argv[1:])

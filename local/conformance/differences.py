"""Where moto answers otherwise than AWS. Each entry was looked at by hand; one that no longer holds is an error.

`right` says who is: as a rule the embedded AWS, because a case says what AWS documents.
"""

from dataclasses import dataclass

EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"


@dataclass(frozen=True)
class Difference:
    what: str
    source: str
    cases: tuple
    right: str = "embedded AWS"


DIFFERENCES = [
    Difference(
        "keeps the bits of the host in a range; AWS changes 10.0.3.4/16 to 10.0.0.0/16",
        EC2 + "API_CreateVpc.html",
        ("ec2.CreateVpc: host bits are cut off",),
    ),
]

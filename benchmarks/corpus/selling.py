"""Partner Central: opportunities."""

from __future__ import annotations

from typing import Any

from corpus.materials import Materials


def _opportunity(draw: Materials) -> dict[str, Any]:
    identifier = f"O{draw.whole(1000000, 9999999)}"
    return {
        "Arn": f"arn:aws:partnercentral:us-east-1::catalog/AWS/opportunity/{identifier}",
        "Catalog": "AWS",
        "CreatedDate": draw.second(),
        "Customer": {
            "Account": {
                "Address": {
                    "City": draw.one_of(["Seattle", "Zürich", "Lyon"]),
                    "CountryCode": draw.one_of(["US", "CH", "FR"]),
                    "PostalCode": str(draw.whole(10000, 99999)),
                    "StateOrRegion": draw.one_of(["Washington", "Zürich", "Rhône"]),
                },
                "CompanyName": f"{draw.name(1).capitalize()} Incorporated",
                "Industry": draw.one_of(["Aerospace", "Agriculture", "Retail", "Software and Internet"]),
                "WebsiteUrl": f"https://www.{draw.name(2)}.example.com",
            }
        },
        "Id": identifier,
        "LastModifiedDate": draw.second(),
        "LifeCycle": {
            "NextSteps": draw.words(10),
            "ReviewStatus": draw.one_of(["Approved", "Submitted", "In review"]),
            "Stage": draw.one_of(["Prospect", "Qualified", "Committed"]),
            "TargetCloseDate": draw.second().date().isoformat(),
        },
        "OpportunityType": draw.one_of(["Net New Business", "Expansion"]),
        "PartnerOpportunityIdentifier": draw.uuid(),
        "Project": {
            "DeliveryModels": ["SaaS or PaaS", "Managed Services"],
            "ExpectedCustomerSpend": [
                {
                    "Amount": f"{draw.number(1000, 90000, 2)}",
                    "CurrencyCode": "USD",
                    "Frequency": "Monthly",
                    "TargetCompany": "AWS",
                }
            ],
        },
    }


def list_opportunities_output(count: int) -> dict[str, Any]:
    """A list of opportunities."""
    draw = Materials("selling ListOpportunities")
    return {"NextToken": draw.base64(96), "OpportunitySummaries": [_opportunity(draw) for _ in range(count)]}

"""EC2: instances, regions, and a request for instances."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from corpus.materials import ACCOUNT, Materials

_TYPES = ("m7g.large", "c7i.2xlarge", "t3.medium", "r6g.xlarge")
_REGIONS = (
    "ap-south-1", "eu-north-1", "eu-west-3", "eu-west-2", "eu-west-1", "ap-northeast-3",
    "ap-northeast-2", "ap-northeast-1", "ca-central-1", "sa-east-1", "ap-southeast-1", "ap-southeast-2",
    "eu-central-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip


def _host(address: str) -> str:
    return f"ip-{address.replace('.', '-')}.eu-west-1.compute.internal"


def _interface(draw: Materials, groups: list[dict[str, str]], place: dict[str, str], public: str) -> dict[str, Any]:
    address = place["PrivateIpAddress"]
    association = {
        "PublicIp": public,
        "PublicDnsName": f"ec2-{public.replace('.', '-')}.eu-west-1.compute.amazonaws.com",
        "IpOwnerId": "amazon",
    }
    return {
        "NetworkInterfaceId": draw.resource("eni"),
        "SubnetId": place["SubnetId"],
        "VpcId": place["VpcId"],
        "Description": "",
        "OwnerId": ACCOUNT,
        "Status": "in-use",
        "MacAddress": ":".join(draw.hexadecimal(2) for _ in range(6)),
        "PrivateIpAddress": address,
        "PrivateDnsName": _host(address),
        "SourceDestCheck": True,
        "Groups": groups,
        "Attachment": {
            "AttachmentId": draw.resource("eni-attach"),
            "DeviceIndex": 0,
            "Status": "attached",
            "AttachTime": draw.second(),
            "DeleteOnTermination": True,
            "NetworkCardIndex": 0,
        },
        "Association": association,
        "PrivateIpAddresses": [
            {
                "PrivateIpAddress": address,
                "PrivateDnsName": _host(address),
                "Primary": True,
                "Association": association,
            }
        ],
        "Ipv6Addresses": [],
        "InterfaceType": "interface",
        "Operator": {"Managed": False},
    }


def _volume(draw: Materials, device: str) -> dict[str, Any]:
    return {
        "DeviceName": device,
        "Ebs": {
            "VolumeId": draw.resource("vol"),
            "Status": "attached",
            "AttachTime": draw.second(),
            "DeleteOnTermination": True,
            "Operator": {"Managed": False},
        },
    }


def _instance(draw: Materials) -> dict[str, Any]:
    address = draw.address()
    public = f"54.{draw.whole(1, 254)}.{draw.whole(1, 254)}.{draw.whole(1, 254)}"
    groups = [{"GroupId": draw.resource("sg"), "GroupName": draw.name(2)} for _ in range(2)]
    place = {"SubnetId": draw.resource("subnet"), "VpcId": draw.resource("vpc"), "PrivateIpAddress": address}
    profile = f"arn:aws:iam::{ACCOUNT}:instance-profile/{draw.name(2)}"
    return {
        "InstanceId": draw.resource("i"),
        "ImageId": draw.resource("ami"),
        "State": {"Code": 16, "Name": "running"},
        "PrivateDnsName": _host(address),
        "PublicDnsName": f"ec2-{public.replace('.', '-')}.eu-west-1.compute.amazonaws.com",
        "StateTransitionReason": "",
        "KeyName": "operations",
        "AmiLaunchIndex": 0,
        "ProductCodes": [],
        "InstanceType": draw.one_of(_TYPES),
        "LaunchTime": draw.second(),
        "Placement": {
            "AvailabilityZone": "eu-west-1b",
            "AvailabilityZoneId": "euw1-az2",
            "GroupName": "",
            "Tenancy": "default",
        },
        "Monitoring": {"State": "disabled"},
        **place,
        "PublicIpAddress": public,
        "SourceDestCheck": True,
        "SecurityGroups": groups,
        "Architecture": "arm64",
        "RootDeviceType": "ebs",
        "RootDeviceName": "/dev/xvda",
        "BlockDeviceMappings": [_volume(draw, "/dev/xvda"), _volume(draw, "/dev/sdf")],
        "VirtualizationType": "hvm",
        "ClientToken": draw.uuid(),
        "Tags": draw.tags(6),
        "Hypervisor": "xen",
        "NetworkInterfaces": [_interface(draw, groups, place, public)],
        "IamInstanceProfile": {"Arn": profile, "Id": draw.unique("AIPA")},
        "EbsOptimized": True,
        "EnaSupport": True,
        "CpuOptions": {"CoreCount": 2, "ThreadsPerCore": 1},
        "CapacityReservationSpecification": {"CapacityReservationPreference": "open"},
        "HibernationOptions": {"Configured": False},
        "EnclaveOptions": {"Enabled": False},
        "MetadataOptions": {
            "State": "applied",
            "HttpTokens": "required",
            "HttpPutResponseHopLimit": 2,
            "HttpEndpoint": "enabled",
            "HttpProtocolIpv6": "disabled",
            "InstanceMetadataTags": "disabled",
        },
        "PlatformDetails": "Linux/UNIX",
        "UsageOperation": "RunInstances",
        "UsageOperationUpdateTime": draw.second(),
        "PrivateDnsNameOptions": {
            "HostnameType": "ip-name",
            "EnableResourceNameDnsARecord": True,
            "EnableResourceNameDnsAAAARecord": False,
        },
        "MaintenanceOptions": {"AutoRecovery": "default", "RebootMigration": "default"},
        "BootMode": "uefi-preferred",
        "CurrentInstanceBootMode": "uefi",
        "NetworkPerformanceOptions": {"BandwidthWeighting": "default"},
        "Operator": {"Managed": False},
    }


def describe_instances_output(count: int) -> dict[str, Any]:
    """A page of instances, each reserved on its own, as most are."""
    draw = Materials("ec2 DescribeInstances")
    return {
        "Reservations": [
            {
                "ReservationId": draw.resource("r"),
                "OwnerId": ACCOUNT,
                "Groups": [],
                "Instances": [_instance(draw)],
            }
            for _ in range(count)
        ],
        "NextToken": draw.base64(240),
    }


def describe_regions_output(_: int) -> dict[str, Any]:
    """The regions that are on by default."""
    return {
        "Regions": [
            {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": "opt-in-not-required"}
            for name in _REGIONS
        ]
    }


def run_instances_input(_: int) -> dict[str, Any]:
    """Four instances with disks, tags and a script to start with."""
    draw = Materials("ec2 RunInstances")
    script = (
        "#!/bin/bash\nset -e\ndnf install -y amazon-cloudwatch-agent\n" + "echo 'worker = 1' >> /etc/app.conf\n" * 8
    )
    return {
        "ImageId": draw.resource("ami"),
        "InstanceType": "m7g.large",
        "KeyName": "operations",
        "MaxCount": 4,
        "MinCount": 1,
        "Monitoring": {"Enabled": True},
        "Placement": {"AvailabilityZone": "eu-west-1b", "Tenancy": "default"},
        "UserData": b64encode(script.encode()).decode(),
        "BlockDeviceMappings": [
            {
                "DeviceName": device,
                "Ebs": {
                    "VolumeSize": 100,
                    "VolumeType": "gp3",
                    "Iops": 3000,
                    "Throughput": 125,
                    "Encrypted": True,
                    "DeleteOnTermination": True,
                },
            }
            for device in ("/dev/xvda", "/dev/sdf", "/dev/sdg")
        ],
        "NetworkInterfaces": [
            {
                "DeviceIndex": 0,
                "SubnetId": draw.resource("subnet"),
                "Groups": [draw.resource("sg"), draw.resource("sg")],
                "AssociatePublicIpAddress": False,
                "DeleteOnTermination": True,
            }
        ],
        "IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/{draw.name(2)}"},
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": draw.tags(6)},
            {"ResourceType": "volume", "Tags": draw.tags(4)},
        ],
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 2},
        "CreditSpecification": {"CpuCredits": "standard"},
        "EbsOptimized": True,
        "InstanceInitiatedShutdownBehavior": "terminate",
        "ClientToken": draw.uuid(),
    }

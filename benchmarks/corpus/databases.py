"""RDS: instances."""

from __future__ import annotations

from typing import Any

from corpus.materials import Materials, arn

_ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")


def _subnet(draw: Materials, zone: str) -> dict[str, Any]:
    return {
        "SubnetIdentifier": draw.resource("subnet"),
        "SubnetStatus": "Active",
        "SubnetOutpost": {},
        "SubnetAvailabilityZone": {"Name": zone},
    }


def _instance(draw: Materials) -> dict[str, Any]:
    name = draw.name(2)
    return {
        "StorageEncryptionType": "sse-kms",
        "TagList": draw.tags(4),
        "AllocatedStorage": draw.whole(20, 4000),
        "AssociatedRoles": [],
        "AutoMinorVersionUpgrade": True,
        "AvailabilityZone": draw.one_of(_ZONES),
        "BackupRetentionPeriod": 7,
        "BackupTarget": "region",
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "CertificateDetails": {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": draw.second()},
        "CopyTagsToSnapshot": True,
        "CustomerOwnedIpEnabled": False,
        "DBInstanceArn": arn("rds", f"db:{name}"),
        "DBInstanceClass": draw.one_of(["db.t4g.medium", "db.r6g.xlarge", "db.m7g.2xlarge"]),
        "DBInstanceIdentifier": name,
        "DBInstanceStatus": "available",
        "DBName": "orders",
        "DBParameterGroups": [{"DBParameterGroupName": "default.postgres16", "ParameterApplyStatus": "in-sync"}],
        "DBSecurityGroups": [],
        "DBSubnetGroup": {
            "DBSubnetGroupDescription": "Private subnets",
            "DBSubnetGroupName": f"{name}-subnets",
            "SubnetGroupStatus": "Complete",
            "Subnets": [_subnet(draw, zone) for zone in _ZONES],
            "VpcId": draw.resource("vpc"),
        },
        "DatabaseInsightsMode": "standard",
        "DbInstancePort": 0,
        "DbiResourceId": draw.unique("db-"),
        "DedicatedLogVolume": False,
        "DeletionProtection": True,
        "DomainMemberships": [],
        "EnabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "Endpoint": {
            "Address": f"{name}.c{draw.hexadecimal(11)}.eu-west-1.rds.amazonaws.com",
            "HostedZoneId": "Z29XKXDKYMONMX",
            "Port": 5432,
        },
        "Engine": "postgres",
        "EngineLifecycleSupport": "open-source-rds-extended-support",
        "EngineVersion": "16.4",
        "EnhancedMonitoringResourceArn": arn("logs", f"log-group:RDSOSMetrics:log-stream:{draw.unique('db-')}"),
        "IAMDatabaseAuthenticationEnabled": True,
        "InstanceCreateTime": draw.millisecond(),
        "Iops": 3000,
        "KmsKeyId": arn("kms", f"key/{draw.uuid()}"),
        "LatestRestorableTime": draw.second(),
        "LicenseModel": "postgresql-license",
        "MasterUserSecret": {
            "KmsKeyId": arn("kms", f"key/{draw.uuid()}"),
            "SecretArn": arn("secretsmanager", f"secret:rds!db-{draw.uuid()}-{draw.hexadecimal(6)}"),
            "SecretStatus": "active",
        },
        "MasterUsername": "postgres",
        "MaxAllocatedStorage": 8000,
        "MonitoringInterval": 60,
        "MonitoringRoleArn": "arn:aws:iam::123456789012:role/rds-monitoring-role",
        "MultiAZ": draw.happens(0.5),
        "MultiTenant": False,
        "NetworkType": "IPV4",
        "OptionGroupMemberships": [{"OptionGroupName": "default:postgres-16", "Status": "in-sync"}],
        "PendingModifiedValues": {},
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsKMSKeyId": arn("kms", f"key/{draw.uuid()}"),
        "PerformanceInsightsRetentionPeriod": 7,
        "PreferredBackupWindow": "02:10-02:40",
        "PreferredMaintenanceWindow": "sun:04:30-sun:05:00",
        "PubliclyAccessible": False,
        "ReadReplicaDBInstanceIdentifiers": [f"{name}-replica-1", f"{name}-replica-2"],
        "StorageEncrypted": True,
        "StorageThroughput": 125,
        "StorageType": "gp3",
        "VpcSecurityGroups": [{"Status": "active", "VpcSecurityGroupId": draw.resource("sg")} for _ in range(2)],
    }


def describe_instances_output(count: int) -> dict[str, Any]:
    """A page of database instances."""
    draw = Materials("rds DescribeDBInstances")
    return {"Marker": draw.base64(60), "DBInstances": [_instance(draw) for _ in range(count)]}

"""Keys that are not there or cannot be used, in the hands of Parameter Store and Secrets Manager."""

from cases import gives, refused
from suite.kms import alias, key
from suite.secretsmanager import secret, token, value
from suite.ssm import put


def secure(aws, key_id, **more):
    return put(aws, Type="SecureString", KeyId=key_id, **more)


def read(aws):
    return aws.ssm.get_parameter(Name="/shop/a", WithDecryption=True)["Parameter"]["Value"]


@gives("ssm.PutParameter", ["1", "1"])
def with_a_key_and_with_its_alias(aws):
    made = alias(aws)
    seen = []
    for name in (made, "alias/shop"):
        secure(aws, name, Overwrite=True)
        seen.append(read(aws))
    return seen


@refused("ssm.PutParameter", "InvalidKeyId")
def with_a_key_that_is_not_there(aws):
    secure(aws, "alias/shop")


@refused("ssm.PutParameter", "InvalidKeyId")
def with_a_key_that_is_disabled(aws):
    made = key(aws)
    aws.kms.disable_key(KeyId=made)
    secure(aws, made)


@gives("ssm.GetParameter", "1")
def the_key_counts_and_not_its_alias(aws):
    alias(aws)
    secure(aws, "alias/shop")
    other = key(aws)
    aws.kms.update_alias(AliasName="alias/shop", TargetKeyId=other)
    aws.kms.disable_key(KeyId=other)
    return read(aws)


@refused("ssm.GetParameter", "InvalidKeyId")
def with_a_key_that_was_disabled_later(aws):
    made = key(aws)
    secure(aws, made)
    aws.kms.disable_key(KeyId=made)
    read(aws)


@refused("ssm.GetParameters", "InvalidKeyId")
def with_a_key_that_is_about_to_go(aws):
    made = key(aws)
    secure(aws, made)
    aws.kms.schedule_key_deletion(KeyId=made)
    aws.ssm.get_parameters(Names=["/shop/a"], WithDecryption=True)


@refused("secretsmanager.CreateSecret", "InvalidParameterException")
def a_secret_with_a_key_that_is_not_there(aws):
    secret(aws, KmsKeyId="alias/shop")


@refused("secretsmanager.CreateSecret", "EncryptionFailure")
def a_secret_with_a_key_that_is_disabled(aws):
    made = key(aws)
    aws.kms.disable_key(KeyId=made)
    secret(aws, KmsKeyId=made)


@refused("secretsmanager.PutSecretValue", "EncryptionFailure")
def a_value_with_a_key_that_is_disabled(aws):
    made = key(aws)
    secret(aws, KmsKeyId=made)
    aws.kms.disable_key(KeyId=made)
    aws.secretsmanager.put_secret_value(SecretId="shop/db", SecretString="2", ClientRequestToken=token(2))


@refused("secretsmanager.GetSecretValue", "DecryptionFailure")
def a_value_whose_key_was_disabled(aws):
    made = key(aws)
    secret(aws, KmsKeyId=made)
    aws.kms.disable_key(KeyId=made)
    value(aws)

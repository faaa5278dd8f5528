"""Who gets in: the user pool, its client, the HTTP API."""

from typing import Any

from infra.local.template import Template

FUNCTION = "AWS::Serverless::Function"


def http_events(template: Template) -> list[dict[str, Any]]:
    return [
        event["Properties"]
        for function in template.of_type(FUNCTION)
        for event in function.properties["Events"].values()
        if event["Type"] == "HttpApi"
    ]


def test_every_route_demands_a_token_of_the_pool(template: Template) -> None:
    authentication = template.resources["Api"].properties["Auth"]
    configuration = authentication["Authorizers"][authentication["DefaultAuthorizer"]]["JwtConfiguration"]
    assert configuration["issuer"] == {
        "Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}"
    }
    assert configuration["audience"] == [{"Ref": "UserPoolClient"}]
    assert http_events(template)
    for event in http_events(template):
        assert event["ApiId"] == {"Ref": "Api"}
        assert "Auth" not in event


def test_accounts_are_made_by_administrators_only(template: Template) -> None:
    pool = template.resources["UserPool"].properties
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["DeletionProtection"] == "ACTIVE"
    assert "Schema" not in pool, "an attribute of our own would tempt to decide by it"


def test_mails_of_the_pool_are_french_and_carry_what_they_must(template: Template) -> None:
    pool = template.resources["UserPool"].properties
    invitation = pool["AdminCreateUserConfig"]["InviteMessageTemplate"]["EmailMessage"]["Fn::Sub"]
    assert all(part in invitation for part in ("Bonjour", "{username}", "{####}", "${SiteOrigin}"))
    days = pool["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"]
    assert days == 3
    assert "trois jours" in " ".join(invitation.split())
    code = pool["VerificationMessageTemplate"]["EmailMessage"]
    assert all(part in code for part in ("Bonjour", "{####}"))


def test_passwords_are_strong(template: Template) -> None:
    policy = template.resources["UserPool"].properties["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] >= 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))


def test_the_client_has_no_secret_and_writes_nothing_that_decides(template: Template) -> None:
    client = template.resources["UserPoolClient"].properties
    assert client["GenerateSecret"] is False
    assert client["WriteAttributes"] == ["name"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_access_tokens_are_short(template: Template) -> None:
    client = template.resources["UserPoolClient"].properties
    assert client["TokenValidityUnits"]["AccessToken"] == "minutes"
    assert client["AccessTokenValidity"] <= 15
    assert client["EnableTokenRevocation"] is True


def test_passwords_are_sent_to_the_pool_only_where_a_parameter_says_so(template: Template) -> None:
    flows = template.resources["UserPoolClient"].properties["ExplicitAuthFlows"]
    always = {flow for flow in flows if isinstance(flow, str)}
    assert always == {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert template.parameters["PasswordSignIn"]["Default"] == "false"


def test_logs_are_kept_a_year_and_nothing_else_logs(template: Template) -> None:
    for group in template.of_type("AWS::Logs::LogGroup"):
        assert group.properties["RetentionInDays"] == 365
    access_log = template.resources["Api"].properties["AccessLogSettings"]
    assert access_log["DestinationArn"] == {"Fn::GetAtt": ["ApiAccessLogs", "Arn"]}
    assert "authorization" not in access_log["Format"].lower()


def test_what_holds_data_outlives_its_stack(template: Template) -> None:
    """DeletionPolicy stands beside Properties, so that only the text of the template tells."""
    text = (template.folder / "template.yaml").read_text(encoding="utf-8")
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::Logs::LogGroup"):
        for resource in template.of_type(kind):
            declaration = text.split(f"\n  {resource.logical_id}:\n")[1].split("\n    Properties:")[0]
            assert "DeletionPolicy: Retain" in declaration
            assert "UpdateReplacePolicy: Retain" in declaration


def test_functions_run_on_the_chosen_runtime_with_both_layers(template: Template) -> None:
    for function in template.of_type(FUNCTION):
        assert function.properties["Runtime"] == "python3.13"
        assert function.properties["Architectures"] == ["arm64"]
        assert function.properties["Layers"] == [{"Ref": "DependenciesLayer"}, {"Ref": "DiapasonLayer"}]

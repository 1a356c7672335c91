using RateSync.Fast.Configuration;

namespace RateSync.Fast.Tests.Configuration.Binding;

public class Variables
{
    private static readonly Func<string, string?> s_environment = Bad.Variables(("A", "alpha"), ("B_2", "beta"), ("EMPTY", ""), ("DOLLAR", "$A ${A}"));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("${A}", "alpha")]
    [InlineData("$A", "alpha")]
    [InlineData("x${A}y${B_2}z", "xalphaybetaz")]
    [InlineData("$A/$B_2", "alpha/beta")]
    [InlineData("${NONE:-default}", "default")]
    [InlineData("${NONE:-}", "")]
    [InlineData("${EMPTY}", "")]
    [InlineData("${EMPTY:-default}", "default")]
    [InlineData("${A:-default}", "alpha")]
    [InlineData("${NONE:-a:-b}", "a:-b")]
    [InlineData("${NONE:-${A}}", "alpha")]
    [InlineData("${NONE:-${NONE:-${B_2}}}!", "beta!")]
    [InlineData("${NONE:-$$}", "$")]
    [InlineData("$$", "$")]
    [InlineData("$${A}", "${A}")]
    [InlineData("$$$A", "$alpha")]
    [InlineData("5 $", "5 $")]
    [InlineData("$5 and $.", "$5 and $.")]
    [InlineData("{A}", "{A}")]
    [InlineData("${DOLLAR}", "$A ${A}")]
    public void Are_replaced(string text, string expanded)
    {
        Assert.Equal(expanded, Expansion.Expand(text, s_environment, out List<(string Error, string Expected)>? failures));
        Assert.Null(failures);
    }

    [Theory]
    [InlineData("${NONE}", "the environment variable 'NONE' is not set and has no default")]
    [InlineData("a $NONE b", "the environment variable 'NONE' is not set (write '$$' for a dollar sign)")]
    [InlineData("${A:-${NONE}} ${NONE:-${OTHER}}", "the environment variable 'OTHER' is not set and has no default")]
    [InlineData("${A", "'${' without its '}' (write '$$' for a dollar sign)")]
    [InlineData("${}", "'${' is not followed by a name, or the name not by '}' or ':-' (write '$$' for a dollar sign)")]
    [InlineData("${A-b}", "'${' is not followed by a name, or the name not by '}' or ':-' (write '$$' for a dollar sign)")]
    [InlineData("${1A}", "'${' is not followed by a name, or the name not by '}' or ':-' (write '$$' for a dollar sign)")]
    [InlineData("${N:-${N:-${N:-${N:-${N:-${N:-${N:-${N:-${N:-}}}}}}}}}", "defaults within defaults go too deep")]
    public void That_cannot_be_replaced_are_named(string text, string message)
    {
        Assert.Equal(text, Expansion.Expand(text, s_environment, out List<(string Error, string Expected)>? failures));
        Assert.Equal(message, Assert.Single(failures!).Error);
    }

    [Fact]
    public void Are_replaced_in_values_names_lists_and_tables()
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse(
            """
            [limiters."${TENANT}-api"]
            max_concurrent = "$SLOTS"
            weights = { "${TENANT}" = "${WEIGHT:-2.5}" }
            [limiters.all]
            limiters = ["${TENANT}-api"]
            """,
            environment: Bad.Variables(("TENANT", "acme"), ("SLOTS", "3")));
        LimiterOptions options = configuration.Limiters["acme-api"];
        Assert.Equal(3, options.MaxConcurrent);
        Assert.Equal(2.5, options.Weights!["acme"]);
        Assert.Equal(["acme-api"], configuration.Limiters["all"].Limiters);
    }

    [Fact]
    public void That_are_missing_are_named_with_their_place() => Assert.Equal(
        [
            "f(1,11): limiters.\"${T}\": the environment variable 'T' is not set and has no default.",
            "f(4,19): limiters.b.rate_per_second: the environment variable 'RATE' is not set and has no default.",
        ],
        Bad.Toml("[limiters.\"${T}\"]\nmax_concurrent = 1\n[limiters.b]\nrate_per_second = \"${RATE}\""));

    [Fact]
    public void That_are_missing_in_one_text_are_all_named_once_each() => Assert.Equal(
        [
            "f(3,7): stores.s.url: the environment variable 'USER' is not set and has no default.",
            "f(3,7): stores.s.url: the environment variable 'HOST' is not set and has no default.",
            "f(3,7): stores.s.url: the environment variable 'PORT' is not set (write '$$' for a dollar sign).",
        ],
        Bad.Toml("[stores.s]\nengine = \"redis\"\nurl = \"redis://${USER}@${NONE:-${HOST}}:$PORT/${HOST}\""));

    [Fact]
    public void That_are_missing_in_a_name_do_not_hide_those_within() => Assert.Equal(
        [
            "f(1,11): limiters.\"${TENANT}\": the environment variable 'TENANT' is not set and has no default.",
            "f(2,19): limiters.\"${TENANT}\".rate_per_second: the environment variable 'RATE' is not set and has no default.",
            "f(3,18): limiters.\"${TENANT}\".max_concurrent: the environment variable 'SLOTS' is not set and has no default.",
        ],
        Bad.Toml("[limiters.\"${TENANT}\"]\nrate_per_second = \"${RATE}\"\nmax_concurrent = \"${SLOTS}\""));

    [Fact]
    public void That_make_two_names_one_are_reported() => Assert.Equal(
        ["f(3,11): limiters.api: there is one of that name already."],
        Bad.Toml("[limiters.api]\nmax_concurrent = 1\n[limiters.\"${X}\"]\nmax_concurrent = 1", ("X", "api")));

    [Theory]
    [InlineData("topsecret", "which is a text of length 9")]
    [InlineData(" ", "which is a text of length 1")]
    [InlineData("", "which is empty")]
    [InlineData("-5", "which is -5")]
    public void Are_shown_by_their_names_where_their_values_are_wrong_and_say_what_they_are(string value, string what) => Assert.Equal(
        [$"f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found \"${{RATE}}\", {what} once its variables are replaced."],
        Bad.Toml("[limiters.a]\nrate_per_second = \"${RATE}\"", ("RATE", value)));

    [Theory]
    [InlineData("password = [\"x\"]\nurl = \"${V}\"", "", "\"${V}\", which is empty once its variables are replaced")]
    [InlineData("url = \"redis://h\"\ndb = \"${V}\"", "hunter2", "\"${V}\", which is a text of length 7 once its variables are replaced")]
    public void Of_a_store_are_not_shown_but_where_they_are_empty(string body, string value, string found) =>
        Assert.Contains(Bad.Problems("[stores.r]\nengine = \"redis\"\n" + body, ("V", value)), problem => problem.Found == found);

    [Fact]
    public void A_password_of_digits_stays_text() => Assert.Equal(
        "007",
        Assert.IsType<EngineStoreOptions>(RateSyncConfiguration.Parse(
            "[stores.r]\nengine = \"redis\"\nurl = \"redis://h\"\npassword = \"$PW\"", environment: Bad.Variables(("PW", "007"))).Stores["r"]).Settings["password"]);

    [Theory]
    [InlineData("engine = \"redis\"\npassword = 12345678", "***")]
    [InlineData("engine = \"redis\"\npassword = [\"hunter2hunter2\"]", "a list")]
    [InlineData("engine = \"redis\"\npassword = \"${NONE} hunter2hunter2\"", "***")]
    [InlineData("engine = \"nats\"\ntoken = \"${TOKEN:-hunter2hunter2} $NONE\"", "***")]
    [InlineData("engine = \"redis://user:hunter2hunter2@host\"", "\"redis://***@host\"")]
    [InlineData("engine = \"redis://host?password=hunter2hunter2\"", "\"redis://host?***\"")]
    [InlineData("engine = \"redis\"\nurl = \"redis://user:hunter2hunter2@host/${NONE}\"", "\"redis://***@host/${NONE}\"")]
    [InlineData("engine = \"redis\"\npassword = hunter2hunter2", "***")]
    [InlineData("engine = \"redis\"\nurl = redis://u:hunter2hunter2@h", "***")]
    [InlineData("engine = \"redis\"\npassword = \"hunter2hunter2\\q\"", "***")]
    public void Secrets_are_never_shown(string body, string found)
    {
        IReadOnlyList<ConfigurationProblem> problems = Bad.Problems("[stores.r]\n" + body);
        Assert.Contains(problems, problem => problem.Found == found);
        Assert.DoesNotContain(problems, static problem => problem.ToString().Contains("hunter2", StringComparison.Ordinal)
            || problem.Found.Contains("12345678", StringComparison.Ordinal) || problem.Message.Contains("12345678", StringComparison.Ordinal));
    }

    [Fact]
    public void A_store_prints_without_its_secrets() => Assert.Equal(
        "redis (url = \"redis://***@h\", password = ***, key_prefix = \"p\")",
        RateSyncConfiguration.Parse("[stores.r]\nengine = \"redis\"\nurl = \"redis://me:secret@h\"\npassword = \"secret\"\nkey_prefix = \"p\"").Stores["r"].ToString());
}

namespace RateSync.Fast.Tests.Configuration.Binding;

public class StoreProblems
{
    private const string Engines = "expected one of \"memory\", \"redis\", \"nats\", \"postgres\", found ";

    [Theory]
    [InlineData("", "f(1,9): stores.s.engine: " + Engines + "nothing.")]
    [InlineData("engine = 5", "f(2,10): stores.s.engine: " + Engines + "5.")]
    [InlineData("engine = \"mysql\"", "f(2,10): stores.s.engine: " + Engines + "\"mysql\".")]
    [InlineData("engine = \"postgresql\"", "f(2,10): stores.s.engine: " + Engines + "\"postgresql\". Did you mean \"postgres\"?")]
    [InlineData("engin = \"redis\"", "f(2,1): stores.s.engin: unknown key. Did you mean 'engine'?")]
    [InlineData("engine = \"redis\"", "f(1,9): stores.s.url: expected the address of the redis server, found nothing.")]
    [InlineData("engine = \"redis\"\nurl = \"\"", "f(3,7): stores.s.url: expected a string that is not empty, found \"\".")]
    [InlineData("engine = \"redis\"\nurl = \"redis://h\"\ndb = -1", "f(4,6): stores.s.db: expected a whole number from 0 to 2147483647, found -1.")]
    [InlineData("engine = \"redis\"\nurl = \"redis://h\"\nkey_perfix = \"a\"", "f(4,1): stores.s.key_perfix: unknown key. Did you mean 'key_prefix'?")]
    [InlineData("engine = \"nats\"\nurl = \"nats://h\"\nauto_create = \"maybe\"", "f(4,15): stores.s.auto_create: expected true or false, found \"maybe\".")]
    [InlineData("engine = \"postgres\"\nurl = \"postgresql://h\"\ntiming_margin_ms = nan", "f(4,20): stores.s.timing_margin_ms: expected milliseconds from 0 to 864000000, found NaN.")]
    [InlineData("engine = \"memory\"\nsize = 5", "f(3,1): stores.s.size: unknown key. Known: 'engine'.")]
    public void Are_reported(string body, params string[] problems) => Assert.Equal(problems, Bad.Toml("[stores.s]\n" + body));

    [Fact]
    public void A_limiter_of_a_store_that_is_wrong_is_not_wrong_for_it() => Assert.Equal(
        ["f(1,9): stores.s.engine: " + Engines + "nothing."],
        Bad.Toml("[stores.s]\n[limiters.a]\nstore = \"s\"\nmax_concurrent = 1"));
}

using System.Globalization;

namespace RateSync.Fast.Tests.Unit.Arguments;

internal static class Expect
{
    /// <summary>The call is refused for a value out of range: names the parameter, says what is allowed and what was found.</summary>
    public static void OutOfRange(string parameter, object found, string allowed, Action call)
    {
        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(call);
        Assert.Equal(parameter, refused.ParamName);
        Assert.NotNull(refused.ActualValue);
        Assert.Equal(Convert.ToString(found, CultureInfo.InvariantCulture), Convert.ToString(refused.ActualValue, CultureInfo.InvariantCulture));
        Assert.Contains(allowed, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToString(found, CultureInfo.InvariantCulture)!, refused.Message, StringComparison.Ordinal);
    }

    public static void Null(string parameter, Action call) => Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(call).ParamName);
}

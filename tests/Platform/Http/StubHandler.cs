using System.Net;

namespace RateSync.Fast.Tests.Platform.Http;

/// <summary>The far side, as the test wants it; remembers what was sent.</summary>
internal sealed class StubHandler(Func<int, HttpResponseMessage> answer) : HttpMessageHandler
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public static HttpResponseMessage Answer(HttpStatusCode status, params (string Name, string Value)[] fields)
    {
        HttpResponseMessage response = new(status);
        foreach ((string name, string value) in fields)
        {
            Assert.True(response.Headers.TryAddWithoutValidation(name, value));
        }

        return response;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Send(request, cancellationToken));

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        answer(Interlocked.Increment(ref _calls));
}

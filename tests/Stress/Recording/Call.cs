using System.Runtime.InteropServices;

namespace RateSync.Fast.Tests.Stress.Recording;

/// <summary>
/// A call that changed what is available: it took effect at some moment from <see cref="Start"/> to <see cref="End"/>, both read from
/// the monotonic clock, just before and just after the call.
/// </summary>
/// <param name="Start">Clock tick before the call.</param>
/// <param name="End">Clock tick after it.</param>
/// <param name="Permits">Permits taken; negative for permits given back.</param>
/// <param name="Key">Whose they were, where the limiter has keys; else 0.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Call(long Start, long End, int Permits, int Key = 0);

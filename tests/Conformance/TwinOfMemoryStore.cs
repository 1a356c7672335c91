using System.Reflection;
using RateSync.Fast.Stores;

namespace RateSync.Fast.Tests.Conformance;

/// <summary>The whole suite on a store with one deliberate mistake.</summary>
internal sealed class TwinOfMemoryStore(StoreDefect defect) : StoreConformance
{
    /// <summary>The laws that fail.</summary>
    public static async Task<List<string>> FailingLawsAsync(StoreDefect defect)
    {
        List<string> failed = [];
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        foreach (MethodInfo law in typeof(StoreConformance).GetMethods(Declared))
        {
            if (law.GetCustomAttribute<FactAttribute>() is null)
            {
                continue;
            }

            object[][] cases = law.GetParameters().Length == 0 ? [[]] : [[0], [1], [4]];
            foreach (object[] arguments in cases)
            {
                await using TwinOfMemoryStore twin = new(defect);
                try
                {
                    await (Task)law.Invoke(twin, arguments)!;
                }
                catch (Exception exception) when (exception is Xunit.Sdk.XunitException or ArgumentException)
                {
                    failed.Add(law.Name);
                    break;
                }
            }
        }

        return failed;
    }

    protected override StoreHarness NewHarness() => new MemoryStoreHarness(defect);
}

using RateSync.Fast.Tests.Stress.Checking;

namespace RateSync.Fast.Tests.Stress.Linearization;

/// <summary>
/// Puts a history of calls into the one order in which they must have taken effect, which the word tells, and replays it: each
/// grant must continue where the one before ended, be allowed by the limit, and have happened within its call.
/// </summary>
internal static class GcraReplay
{
    public static Judgement Check(GcraGrant[] grants, GcraRefusal[] refusals, long initial, long capacity)
    {
        Array.Sort(grants, static (x, y) => x.After.CompareTo(y.After));

        // Sorted by the word, a call must not begin after a later one in the order has ended.
        long last = initial;
        long latestStart = long.MinValue;
        for (int i = 0; i < grants.Length; i++)
        {
            GcraGrant grant = grants[i];
            if (grant.Before < last)
            {
                return Judgement.Violation($"Grant {i} moved the word from {grant.Before}, over a stretch already granted up to {last}: {grant}");
            }

            if (grant.Before > last && grant.Before != grant.Now)
            {
                return Judgement.Violation($"Grant {i} began at {grant.Before}, where nobody had put the word, which was at {last}: {grant}");
            }

            if (grant.After - grant.Now > capacity)
            {
                return Judgement.Violation($"Grant {i} goes {grant.After - grant.Now - capacity} units beyond the burst: {grant}");
            }

            if (grant.End < latestStart)
            {
                return Judgement.Violation($"Grant {i} had returned before one was called that comes earlier in the order: {grant}");
            }

            latestStart = Math.Max(latestStart, grant.Start);
            last = grant.After;
        }

        return CheckRefusals(grants, refusals, initial, capacity);
    }

    private static Judgement CheckRefusals(GcraGrant[] grants, GcraRefusal[] refusals, long initial, long capacity)
    {
        long[] words = [initial, .. grants.Select(static grant => grant.After)];
        foreach (GcraRefusal refusal in refusals)
        {
            int index = Array.BinarySearch(words, refusal.Word);
            if (index < 0)
            {
                return Judgement.Violation($"A refusal saw a word that nobody had stored: {refusal}");
            }

            if (refusal.Word - refusal.Now + refusal.Wanted <= capacity)
            {
                return Judgement.Violation($"Refused although there was enough: {refusal}");
            }

            bool notYet = index > 0 && grants[index - 1].Start > refusal.End;
            bool noMore = index < grants.Length && grants[index].End < refusal.Start;
            if (notYet || noMore)
            {
                return Judgement.Violation($"A refusal saw a word that was {(notYet ? "not there yet" : "already gone")}: {refusal}");
            }
        }

        return grants.Length == 0 || refusals.Length == 0
            ? Judgement.Inconclusive("There were no grants, or no refusals.")
            : Judgement.Pass($"{grants.Length} grants and {refusals.Length} refusals in order");
    }
}

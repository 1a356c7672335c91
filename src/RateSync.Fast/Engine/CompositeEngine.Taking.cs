using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Engine;

/// <content>Taking from all parts, or from none.</content>
internal sealed partial class CompositeEngine<TDefects>
{
    // A guess, shared without order: the part that refused last is asked first, so that a flood of refusals leaves the others alone.
    private int _askFirst;

    /// <summary>Takes from all parts without a permit. Returns the part that refused, after everything was given back; or -1.</summary>
    private int TryTakeAll(int permits)
    {
        int first = _askFirst;
        int i = -1;
        try
        {
            for (; i < _order.Length; i++)
            {
                int part = i < 0 ? first : _order[i];
                if (i >= 0 && part == first)
                {
                    continue;
                }

                if (!_parts[part].TryTake(permits))
                {
                    GiveBackAsked(first, i, permits);
                    _askFirst = part;
                    return part;
                }
            }
        }
        catch
        {
            // A part that has been disposed of says so: the others keep nothing for it.
            GiveBackAsked(first, i, permits);
            throw;
        }

        return -1;
    }

    /// <summary>Gives back what was taken from the part asked first, and from the others up to one.</summary>
    private void GiveBackAsked(int first, int end, int permits)
    {
        for (int i = -1; i < end; i++)
        {
            int taken = i < 0 ? first : _order[i];
            if (i < 0 || taken != first)
            {
                GiveBack(_parts[taken], permits);
            }
        }
    }

    private void UndoFirst(int count, int permits)
    {
        for (int i = 0; i < count; i++)
        {
            GiveBack(_parts[_order[i]], permits);
        }
    }

    private static void GiveBack(ILimiterEngine part, int permits)
    {
        if (!TDefects.Has(Defect.CompositeKeepsWhatItTook))
        {
            part.Undo(permits);
        }
    }

    /// <summary>
    /// Takes from all parts as one permit. Parts that a waiter already holds are in <paramref name="held"/>, and stay there if another one
    /// refuses. Returns the part that refused, or -1.
    /// </summary>
    private int TryTakeParts(int permits, CompositeRecord? held, out Permit permit)
    {
        if (Any)
        {
            return TryTakeAny(permits, out permit);
        }

        permit = default;
        CompositeRecord record = _records.Get();
        int first = _askFirst;
        for (int i = -1; i < _order.Length; i++)
        {
            int part = i < 0 ? first : _order[i];
            if ((i >= 0 && part == first) || held?.Parts[part].Engine is not null)
            {
                continue;
            }

            if (!TryTakePart(part, permits, record))
            {
                UndoParts(record);
                _askFirst = part;
                return part;
            }
        }

        for (int i = 0; held is not null && i < _parts.Length; i++)
        {
            if (held.Parts[i].Engine is not null)
            {
                record.Parts[i] = held.Parts[i];
            }
        }

        if (HasSlots || NeedsPermit)
        {
            permit = new Permit(this, permits, record.Open(permits), record);
            return -1;
        }

        // Buckets alone need no disposal and do not care who gives back, so nothing is kept of the grant.
        Recycle(record);
        permit = PermitFor(permits, 0);
        return -1;
    }

    /// <summary>Takes from one part; if that throws, everything goes back that is in the record.</summary>
    private bool TryTakePart(int part, int permits, CompositeRecord record)
    {
        try
        {
            return _parts[part].TryTake(permits, out record.Parts[part]);
        }
        catch
        {
            record.Parts[part] = default;
            UndoParts(record);
            throw;
        }
    }

    /// <summary>Takes from the first part that grants; the permit is that part's own.</summary>
    private int TryTakeAny(int permits, out Permit permit)
    {
        permit = default;
        foreach (int part in _order)
        {
            if (permits <= _parts[part].Limit && _parts[part].TryTake(permits, out permit))
            {
                return -1;
            }
        }

        return _order[^1];
    }

    /// <summary>Gives everything back that is in a record, last taken first, and the record too.</summary>
    private void UndoParts(CompositeRecord record)
    {
        for (int i = _order.Length - 1; i >= 0; i--)
        {
            ref Permit part = ref record.Parts[_order[i]];
            if (!TDefects.Has(Defect.CompositeKeepsWhatItTook))
            {
                part.Engine?.Undo(part);
            }
        }

        Recycle(record);
    }
}

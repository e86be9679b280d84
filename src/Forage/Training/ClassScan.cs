using Forage.Data;

namespace Forage.Training;

/// <summary>Reads labels only, to find out how many classes or labels there are before learning begins.</summary>
public static class ClassScan
{
    /// <summary>Most classes a label may stand for; beyond that it is taken for a mistake.</summary>
    public const int MostClasses = 1 << 20;

    /// <summary>Smallest and largest label of examples with one label each.</summary>
    /// <exception cref="ForageException">There is none, or a label is no whole number from 0 on.</exception>
    public static (int First, int Last) OfExamples(TrainingInput input)
    {
        int first = int.MaxValue, last = -1;
        (input with { CachePath = null }).OpenExamples().Read(batch =>
        {
            foreach (var label in batch.Labels)
            {
                if (!label.IsLabelled) continue;
                int k = (int)label.Value;
                if (k != label.Value || k is < 0 or >= MostClasses) throw new ForageException(FormattableString.Invariant($"The label {label.Value} is not a class; expected a whole number from 0 to {MostClasses - 1}."));
                (first, last) = (Math.Min(first, k), Math.Max(last, k));
            }
        });
        return last >= 0 ? (first, last) : throw new ForageException($"{input.Source.Name} has no labelled example.");
    }

    /// <summary>Number of labels of examples with sets of labels: from the header, or the largest label and one.</summary>
    /// <exception cref="ForageException">There is none.</exception>
    public static int OfMultilabel(TrainingInput input)
    {
        if (input.Format == InputFormat.Xmc) return XmcHeader.Parse(input.Source.ReadFirstLine()).Labels;
        int last = -1;
        (input with { CachePath = null }).OpenMultilabel().Read(batch =>
        {
            for (int i = 0; i < batch.Count; i++)
                if (batch.Labels(i) is [.., var largest]) last = Math.Max(last, largest);
        });
        return last >= 0 ? last + 1 : throw new ForageException($"{input.Source.Name} has no label.");
    }
}

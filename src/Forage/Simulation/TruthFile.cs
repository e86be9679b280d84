using System.Globalization;

namespace Forage.Simulation;

/// <summary>
/// The truth behind a simulated log, for telling what a policy is really worth: a line a decision, <c>event id, tab, right actions</c> (0-based,
/// separated by commas, none if empty), after the header <c>id	actions</c>.
/// </summary>
public static class TruthFile
{
    private const string Header = "id\tactions";

    /// <summary>Writes the truth of the logged examples of a set.</summary>
    public static void Write(TextWriter to, SupervisedSet set, ReadOnlySpan<int> examples)
    {
        to.Write(Header + "\n");
        foreach (int i in examples)
        {
            to.Write(LogSimulator.EventId(i));
            to.Write('\t');
            bool first = true;
            foreach (int label in set.Labels(i))
            {
                if (!first) to.Write(',');
                first = false;
                to.Write(label.ToString(CultureInfo.InvariantCulture));
            }
            to.Write('\n');
        }
    }

    /// <summary>Reads the truth: the right actions, ascending, by event id.</summary>
    /// <exception cref="ForageException">A line is not as described.</exception>
    public static Dictionary<string, int[]> Read(TextReader from, string name)
    {
        var truth = new Dictionary<string, int[]>();
        if (from.ReadLine() is not Header) throw new ForageException($"{name} does not begin with the line 'id<tab>actions' of a file of the truth.");
        int line = 1;
        for (string? text = from.ReadLine(); text is not null; text = from.ReadLine())
        {
            line++;
            int tab = text.IndexOf('\t');
            if (tab < 0) throw new ForageException($"{name}:{line}: '{text}' has no tab; expected an event id, a tab and actions separated by commas.");
            var parts = tab + 1 == text.Length ? [] : text[(tab + 1)..].Split(',');
            var actions = new int[parts.Length];
            for (int k = 0; k < parts.Length; k++)
                if (!int.TryParse(parts[k], NumberStyles.None, CultureInfo.InvariantCulture, out actions[k]))
                    throw new ForageException($"{name}:{line}: '{parts[k]}' is not an action; expected a number from 0.");
            Array.Sort(actions);
            if (!truth.TryAdd(text[..tab], actions)) throw new ForageException($"{name}:{line}: the event '{text[..tab]}' occurs a second time.");
        }
        return truth;
    }
}

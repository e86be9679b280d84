using System.Runtime.CompilerServices;
using Forage.Search.Text;
using Combination = Forage.Search.Text.Internals.TemplateLayout.Combination;

namespace Forage.Search.Internals;

/// <summary>
/// Scores of all features that look at no word and at two labels at most: a row for each pair of labels (and none, outside of the sentence), summed in advance.
/// </summary>
internal sealed unsafe class LabelRows
{
    private const int MostBytes = 4 << 20;
    private readonly int[] _rows;
    private readonly int _labels, _width, _firstPlace, _secondPlace;
    private readonly bool _firstGuess, _secondGuess;
    private readonly int* _first;

    private LabelRows(LabelPlace first, LabelPlace second, ActionTable table)
    {
        (First, Second, _labels, _width) = (first, second, table.Actions + 1, table.Width);
        (_firstPlace, _firstGuess, _secondPlace, _secondGuess) = (first.Place, first.Guess, second.Place, second.Guess);
        _rows = GC.AllocateArray<int>(_labels * _labels * _width + 16, pinned: true);
        fixed (int* rows = _rows) _first = (int*)(((nint)rows + 63) & ~63);
    }

    /// <summary>Place of the first label, and whether it is one of an earlier pass.</summary>
    public LabelPlace First { get; }

    /// <summary>Place of the second label.</summary>
    public LabelPlace Second { get; }

    /// <summary>Whether both are of an earlier pass.</summary>
    public bool IsGuessed => _firstGuess && _secondGuess;

    /// <summary>The row of two labels, -1 for none.</summary>
    public int* this[int first, int second] => _first + ((nint)(first + 1) * _labels + second + 1) * _width;

    /// <summary>The row of a place, by the labels around it.</summary>
    /// <param name="place">Where.</param>
    /// <param name="guesses">Labels of an earlier pass, by place.</param>
    /// <param name="labels">Labels of this pass.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int* At(int place, int* guesses, int* labels) => this[(_firstGuess ? guesses : labels)[place + _firstPlace], (_secondGuess ? guesses : labels)[place + _secondPlace]];

    /// <summary>Rows for templates without words.</summary>
    /// <param name="table">Weights.</param>
    /// <param name="items">The templates.</param>
    /// <param name="history">Labels before that are features of their own, see <see cref="FeatureGather"/>.</param>
    /// <param name="rest">Templates of more than two labels, or of too many pairs; they are looked up.</param>
    /// <returns>Null if the history cannot be had as rows.</returns>
    public static LabelRows[]? Of(ActionTable table, Combination[] items, int history, out Combination[] rest)
    {
        rest = items;
        bool fits = (table.Actions + 1L) * (table.Actions + 1) * table.Width * sizeof(int) <= MostBytes;
        if (history > 2 || (history > 0 && !fits)) return null;
        if (!fits) return [];
        rest = [.. items.Where(i => Looks(i).Length > 2)];
        var sets = items.Select(Looks).Where(s => s.Length <= 2).ToList();
        if (history > 0) sets.Add(history == 1 ? [new LabelPlace(-1, false)] : [new LabelPlace(-1, false), new LabelPlace(-2, false)]);
        var rows = new List<LabelRows>();
        foreach (var set in sets.OrderByDescending(s => s.Length))
            if (!rows.Any(r => set.All(s => s == r.First || s == r.Second))) rows.Add(new LabelRows(set[0], set[^1], table));
        foreach (var item in items.Where(i => Looks(i).Length <= 2)) rows.First(r => Looks(item).All(s => s == r.First || s == r.Second)).Add(table, item);
        if (history > 0) rows.First(r => sets[^1].All(s => s == r.First || s == r.Second)).AddHistory(table, history);
        return [.. rows];
    }

    private static LabelPlace[] Looks(Combination item) => [.. item.Labels.Select(l => new LabelPlace(l, false)).Concat(item.Guesses.Select(g => new LabelPlace(g, true))).Distinct()];

    private void Add(ActionTable table, Combination item)
    {
        LabelPlace[] looks = [.. item.Labels.Select(l => new LabelPlace(l, false)), .. item.Guesses.Select(g => new LabelPlace(g, true))];
        for (int a = -1; a < _labels - 1; a++)
        {
            for (int b = -1; b < _labels - 1; b++)
            {
                uint index = Math.Max(item.Salt, 1);
                foreach (var look in looks) index = FeatureMix.Mix(index ^ FeatureMix.Label(look == First ? a : b));
                Add(table, index, this[a, b]);
            }
        }
    }

    private void AddHistory(ActionTable table, int history)
    {
        var gather = new FeatureGather();
        Span<int> steps = stackalloc int[history], labels = stackalloc int[2];
        for (int a = -1; a < _labels - 1; a++)
        {
            for (int b = -1; b < _labels - 1; b++)
            {
                (labels[0], labels[1]) = (a, b);
                for (int i = 0; i < history; i++)
                {
                    int step = First == new LabelPlace(-1 - i, false) ? 0 : 1;
                    steps[i] = labels[step] < 0 ? -1 : step;
                }
                gather.Fill(default, steps, labels);
                foreach (uint index in gather.Indices) Add(table, index, this[a, b]);
            }
        }
    }

    private void Add(ActionTable table, uint index, int* row)
    {
        uint found = table.Index.Find(index);
        RoundedKernels.Add(table.RoundedRows, &found, 1, row, _width);
    }
}

/// <summary>A place of a label that is looked at, and whether it is one of an earlier pass.</summary>
internal sealed record LabelPlace(int Place, bool Guess);

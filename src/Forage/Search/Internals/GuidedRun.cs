namespace Forage.Search.Internals;

/// <summary>Answers a program from a list, then with the first allowed action, and writes down what it was asked.</summary>
internal sealed class GuidedRun(IReadOnlyList<int> actions)
{
    private readonly List<int> _answers = [];
    private readonly List<int[]> _allowed = [];
    private int[] _given = [];

    public IReadOnlyList<int> Actions => actions;

    public int Step => _answers.Count;

    public double Loss { get; private set; }

    public ReadOnlySpan<int> Answers => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_answers);

    public int[] Allowed(int step) => _allowed[step];

    public void Begin(int[] given)
    {
        _answers.Clear();
        _allowed.Clear();
        (_given, Loss) = (given, 0);
    }

    public int Predict(ActionSet? allowed, int policy, int mostSteps)
    {
        if (Step >= mostSteps) SearchThrow.Endless(mostSteps);
        int[] may = [.. Enumerable.Range(0, actions[policy]).Where(a => allowed is null || allowed.Contains(a))];
        int answer = Step < _given.Length ? _given[Step] : may[0];
        if (!may.Contains(answer)) SearchThrow.Differs(Step, $"action {answer} is no longer allowed");
        _allowed.Add(may);
        _answers.Add(answer);
        return answer;
    }

    public void Add(double loss)
    {
        if (!double.IsFinite(loss)) SearchThrow.NotFinite(loss);
        Loss += loss;
    }
}

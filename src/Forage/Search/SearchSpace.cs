using Forage.Search.Internals;

namespace Forage.Search;

/// <summary>
/// A search space in full (paper 06, section 2): states, the valid next states of each, the loss of each end state. State 0 is the start. Theorem 1 both
/// ways: <see cref="Of"/> makes the space of a program, <see cref="ToTask"/> the program of a space.
/// </summary>
public sealed class SearchSpace
{
    private readonly int[][] _next;
    private readonly double[] _loss;

    /// <summary>A space.</summary>
    /// <param name="next">For each state the states that may follow it, by action; none for an end state.</param>
    /// <param name="loss">For each state its loss, looked at for end states only.</param>
    /// <exception cref="ForageException">A state leads to one that is not there, or around in a circle.</exception>
    public SearchSpace(IReadOnlyList<IReadOnlyList<int>> next, IReadOnlyList<double> loss)
    {
        if (next.Count == 0 || next.Count != loss.Count) throw new ForageException($"A search space of {next.Count} states and {loss.Count} losses; expected as many, at least one.");
        (_next, _loss) = ([.. next.Select(n => n.ToArray())], [.. loss]);
        foreach (int to in _next.SelectMany(n => n))
            if ((uint)to >= (uint)_next.Length) throw new ForageException($"A state leads to state {to}; expected 0 to {_next.Length - 1}.");
        CheckEnds();
    }

    /// <summary>Number of states.</summary>
    public int States => _next.Length;

    /// <summary>The states that may follow a state, by action.</summary>
    public ReadOnlySpan<int> Next(int state) => _next[state];

    /// <summary>Whether nothing follows a state.</summary>
    public bool IsEnd(int state) => _next[state].Length == 0;

    /// <summary>Loss of an end state.</summary>
    public double Loss(int state) => _loss[state];

    /// <summary>Most actions of a state, at least 1.</summary>
    public int MostActions => Math.Max(1, _next.Max(n => n.Length));

    /// <summary>Least loss of an end that can be reached from each state.</summary>
    public double[] BestLoss()
    {
        double[] best = new double[States];
        Array.Fill(best, double.NaN);
        Best(0);
        return best;

        double Best(int s)
        {
            if (!double.IsNaN(best[s])) return best[s];
            double least = IsEnd(s) ? _loss[s] : double.PositiveInfinity;
            foreach (int to in _next[s]) least = Math.Min(least, Best(to));
            return best[s] = least;
        }
    }

    /// <summary>The program that walks the space: at each state it asks which action to take, knowing the state only; at an end it reports its loss.</summary>
    public ISearchTask<SearchSpace, int> ToTask() => new Walk();

    /// <summary>
    /// The space of a program on an input: a state is the list of answers it was given, the end states are where it stops, their losses what it reports. All of
    /// it is run, once for every end.
    /// </summary>
    /// <param name="task">The program.</param>
    /// <param name="input">What it is run on.</param>
    /// <param name="actions">Number of actions of each of its policies.</param>
    /// <param name="mostStates">Largest space to write down.</param>
    /// <exception cref="ForageException">There are more states, or the program differs from run to run.</exception>
    public static SearchSpace Of<TInput, TOutput>(ISearchTask<TInput, TOutput> task, TInput input, IReadOnlyList<int> actions, int mostStates = 1_000_000)
    {
        var next = new List<int[]>();
        var loss = new List<double>();
        var run = new GuidedRun(actions);
        var search = new Search(run);
        var open = new Stack<(int State, int[] Answers)>();
        int Add()
        {
            if (next.Count == mostStates) throw new ForageException($"The program has more than {mostStates} states.");
            next.Add([]);
            loss.Add(0);
            return next.Count - 1;
        }
        open.Push((Add(), []));
        while (open.TryPop(out var at))
        {
            run.Begin(at.Answers);
            task.Run(search, input);
            if (run.Step < at.Answers.Length) SearchThrow.Differs(run.Step, "it ended earlier");
            // The run went on with the first allowed action at every step: its states are new ones, and their other actions are still open.
            int state = at.State;
            for (int t = at.Answers.Length; t < run.Step; t++)
            {
                int[] allowed = run.Allowed(t);
                next[state] = new int[allowed.Length];
                for (int i = 0; i < allowed.Length; i++)
                {
                    next[state][i] = Add();
                    if (i > 0) open.Push((next[state][i], [.. run.Answers[..t], allowed[i]]));
                }
                state = next[state][0];
            }
            loss[state] = run.Loss;
        }
        return new SearchSpace(next, loss);
    }

    private void CheckEnds()
    {
        byte[] marks = new byte[States]; // 1 on the way, 2 done
        var way = new Stack<(int State, int Action)>();
        way.Push((0, 0));
        marks[0] = 1;
        while (way.TryPop(out var at))
        {
            if (at.Action == _next[at.State].Length)
            {
                marks[at.State] = 2;
                continue;
            }
            way.Push((at.State, at.Action + 1));
            int to = _next[at.State][at.Action];
            if (marks[to] == 1) throw new ForageException($"State {to} of the search space leads back to itself.");
            if (marks[to] == 0)
            {
                marks[to] = 1;
                way.Push((to, 0));
            }
        }
    }

    private sealed class Walk : ISearchTask<SearchSpace, int>
    {
        public int Run(Search search, SearchSpace space)
        {
            int most = space.MostActions, state = 0;
            var sets = new ActionSet[most + 1];
            double[] best = search.IsLearning ? space.BestLoss() : [];
            float[] costs = new float[most];
            while (true)
            {
                search.Snapshot(ref state);
                if (space.IsEnd(state)) break;
                var next = space.Next(state);
                var allowed = sets[next.Length] ??= new ActionSet(most, [.. Enumerable.Range(0, next.Length)]);
                for (int a = 0; a < next.Length && search.IsLearning; a++) costs[a] = (float)(best[next[a]] - best[state]);
                state = next[search.Predict(new SearchFeatures([(uint)state + 1]), search.IsLearning ? costs : Reference.None, allowed: allowed)];
            }
            search.Loss(space.Loss(state));
            return state;
        }
    }
}

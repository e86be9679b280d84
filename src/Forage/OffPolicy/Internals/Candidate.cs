namespace Forage.OffPolicy.Internals;

/// <summary>What is kept of one candidate while decisions come in.</summary>
internal sealed class Candidate(string name, ChoiceOptions options)
{
    private readonly MixtureSequence _value = new(options.Scale, options.MaxWeight);
    private double _gain, _weight;

    public string Name { get; } = name;

    public BettingDifference Difference { get; } = options.NewDifference();

    public WeightStatistics Weights { get; } = new();

    public void Add(scoped in Observation observation)
    {
        _value.Add(observation);
        Difference.Add(observation);
        Weights.Add(observation);
        var unit = options.Scale.ToUnit(observation);
        _gain += unit.Gain;
        _weight += unit.Weight;
    }

    /// <summary>What a choice goes by.</summary>
    public CandidateEvidence Evidence
    {
        get
        {
            var (mean, error) = Difference.Plain;
            double value = _weight > 0 ? options.Scale.FromUnit(_gain / _weight) : double.NaN;
            return new CandidateEvidence(value, Difference.Result(options.Confidence).Lower, mean - error, Weights.Mean, Weights.EffectiveSampleSize, Weights.Count);
        }
    }

    /// <param name="error">Error this candidate's difference may spend.</param>
    public CandidateResult Result(double error)
    {
        var difference = Difference.Result(1 - error);
        double mean = Difference.Plain.Mean;
        long? more = mean > 0 ? Math.Max(0, SampleSize.Sequence(mean, Difference.Variance, error) - difference.Count) : null;
        return new CandidateResult(Name, _value.Result(options.Confidence), difference, difference.Lower > 0 && !Difference.Contradicted, Weights, more);
    }

    public static Candidate[] Create(IReadOnlyList<string> names, ChoiceOptions options)
    {
        options.Validate();
        if (names.Count == 0) throw new ForageException("There are 0 candidates to choose from: expected at least one.");
        return [.. names.Select(n => new Candidate(n, options))];
    }

    public static int Best(IReadOnlyList<CandidateResult> results, Func<CandidateResult, bool> eligible, Func<CandidateResult, double> score)
    {
        int best = -1;
        for (int i = 0; i < results.Count; i++)
            if (eligible(results[i]) && (best < 0 || score(results[i]) > score(results[best]))) best = i;
        return best;
    }
}

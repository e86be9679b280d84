using Forage.Bandits.Internals;
using Forage.Bandits.Policies;
using Forage.Features;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Bandits;

/// <summary>
/// A contextual bandit over linear models, made from a <see cref="BanditRecipe"/>. Here is what all have in common: checks of what comes in, drawing,
/// counting rounds, model files.
/// </summary>
public abstract class ContextualBandit : IContextualBandit
{
    private const string Tag = "BNDT";

    private double[] _pmf = [];

    private protected ContextualBandit(BanditRecipe recipe)
    {
        recipe.Validate();
        Recipe = recipe;
    }

    /// <summary>What it was made from.</summary>
    public BanditRecipe Recipe { get; }

    /// <inheritdoc/>
    public long Rounds { get; private set; }

    /// <summary>A bandit that knows nothing.</summary>
    /// <exception cref="ForageException">An option is out of range.</exception>
    public static ContextualBandit Create(BanditRecipe recipe) => recipe.Kind switch
    {
        BanditKind.EpsilonGreedy or BanditKind.ExploreFirst or BanditKind.EpochGreedy or BanditKind.Softmax or BanditKind.SquareCb => new RegressionBandit(recipe),
        BanditKind.Bagging => new BaggingBandit(recipe),
        BanditKind.OnlineCover => new OnlineCover(recipe),
        BanditKind.RegCb => new RegressorBandit(recipe),
        BanditKind.LinUcb => new LinUcb(recipe),
        BanditKind.Thompson => new ThompsonBandit(recipe),
        _ => throw new ForageException($"The kind of bandit {recipe.Kind} is not known."),
    };

    /// <inheritdoc/>
    public void Distribution(scoped in DecisionContext context, Span<double> pmf)
    {
        Check(context);
        if (pmf.Length != context.ActionCount) BanditThrow.ActionCount(pmf.Length, context.ActionCount);
        Spread(context, pmf);
    }

    /// <inheritdoc/>
    public Draw Decide(scoped in DecisionContext context, ref Rng rng)
    {
        Check(context);
        int n = context.ActionCount;
        if (_pmf.Length < n) _pmf = new double[Math.Max(n, 2 * _pmf.Length)];
        var pmf = _pmf.AsSpan(0, n);
        Spread(context, pmf);
        return Sampling.Draw(pmf, ref rng);
    }

    /// <inheritdoc/>
    public void Learn(scoped in DecisionContext context, int action, double probability, double reward)
    {
        Check(context);
        if ((uint)action >= (uint)context.ActionCount) BanditThrow.BadAction(action, context.ActionCount);
        if (!context.Excluded.IsEmpty && context.Excluded.Contains(action)) BanditThrow.Excluded(action);
        if (!(probability > 0 && probability <= 1)) BanditThrow.BadProbability(probability);
        double unit = Recipe.Range.ToUnit(reward);
        Update(context, action, probability, (float)(2 * unit - 1));
        Rounds++;
    }

    /// <summary>Writes recipe and state.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(BanditRecipeJson.ToJson(Recipe));
        writer.Write(Rounds);
        writer.EndChunk();
        SaveState(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote; deciding and learning go on as if they had never stopped.</summary>
    public static ContextualBandit Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        var recipe = BanditRecipeJson.FromJson(reader.ReadString());
        long rounds = reader.ReadInt64();
        reader.EndChunk();
        var bandit = Create(recipe);
        bandit.Rounds = rounds;
        bandit.LoadState(reader);
        return bandit;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Number of the round that comes, from 1.</summary>
    private protected long Round => Rounds + 1;

    /// <summary>Writes the distribution of a decision that has been checked.</summary>
    private protected abstract void Spread(scoped in DecisionContext context, Span<double> pmf);

    /// <summary>Learns a round that has been checked; <paramref name="y"/> is the reward on the scale [-1, 1].</summary>
    private protected abstract void Update(scoped in DecisionContext context, int action, double probability, float y);

    private protected abstract void SaveState(ModelWriter writer);

    private protected abstract void LoadState(ModelReader reader);

    private protected abstract void Release();

    /// <summary>1/p, capped if the recipe says so.</summary>
    private protected double Weight(double probability) => Recipe.WeightCap > 0 ? Math.Min(1 / probability, Recipe.WeightCap) : 1 / probability;

    private void Check(scoped in DecisionContext context)
    {
        if (Recipe.Actions > 0)
        {
            if (context.ActionCount != Recipe.Actions) BanditThrow.ActionCount(context.ActionCount, Recipe.Actions);
        }
        else if (!context.HasActionFeatures && context.ActionCount > 0)
        {
            BanditThrow.NoActionFeatures();
        }
        if (context.EligibleCount < 1) BanditThrow.NoAction();
    }
}

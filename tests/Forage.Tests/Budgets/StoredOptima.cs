namespace Forage.Tests.Budgets;

/// <summary>What glpsol (GLPK 5.0) answered for the programs of <see cref="LinearProgramTests"/>, for machines without it; NaN where nothing is feasible.</summary>
internal static class StoredOptima
{
    public static readonly double[] Values = [0.9516, 0.998138022254881, 0.703705996827138, 0.269801938358285, 0.508761048464303, double.NaN, 0.665940936170213, 0.626721233692942, 0.333235967233709, 0.266225857599366, 0.9738, double.NaN];
}

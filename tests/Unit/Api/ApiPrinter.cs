using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Tests.Unit.Api;

/// <summary>Prints what can be seen of types from outside, one member a line, in a fixed order.</summary>
internal static class ApiPrinter
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Print(IEnumerable<Type> types) =>
        types.OrderBy(static type => type.FullName, StringComparer.Ordinal).SelectMany(static type => Print(type).Append(""));

    private static IEnumerable<string> Print(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
        string modifiers = type.IsValueType
            ? type.IsDefined(typeof(IsReadOnlyAttribute), false) ? "readonly " : ""
            : type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        string bases = string.Join(", ", new[] { type.BaseType }.Where(static b => b is not null && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum))
            .Select(static b => Name(b!)).Concat(type.GetInterfaces().Where(static i => i.IsPublic && !i.Name.StartsWith("ISpan", StringComparison.Ordinal))
                .Select(Name).Order(StringComparer.Ordinal)));
        yield return $"{modifiers}{kind} {Name(type)}{(type.IsEnum || bases.Length == 0 ? "" : " : " + bases)}";
        if (type.IsEnum)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static).OrderBy(static f => Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)))
            {
                yield return $"    {field.Name} = {field.GetRawConstantValue()}";
            }

            yield break;
        }

        foreach (string line in type.GetMembers(Declared).Select(Line).OfType<string>().Order(StringComparer.Ordinal))
        {
            yield return "    " + line;
        }
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo c when Seen(c) => $"{Access(c)}.ctor({Parameters(c)})",
        FieldInfo { IsPublic: true } f => $"field {Name(f.FieldType)} {f.Name}",
        PropertyInfo p when p.GetMethod is { } get && Seen(get) =>
            $"{Access(get)}property {Name(p.PropertyType)} {p.Name} {{ get;{Setter(p)} }}",
        MethodInfo m when Seen(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) && !m.Name.Contains('<', StringComparison.Ordinal) =>
            $"{Access(m)}{Name(m.ReturnType)} {m.Name}({Parameters(m)})",
        EventInfo e => $"event {e.Name}",
        _ => null,
    };

    private static string Setter(PropertyInfo property) => property.SetMethod is not { } set || !Seen(set)
        ? ""
        : set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";

    private static bool Seen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) =>
        (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : "");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(static p =>
        $"{(p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "")}{(p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")}"
        + $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? " = " + Default(p.DefaultValue) : "")}"));

    private static string Default(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "default";

    private static string Name(Type type)
    {
        if (type.IsByRef || type.IsArray)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : "");
        }

        string name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}

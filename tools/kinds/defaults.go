package main

import (
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// probeAll learns the defaults of every kind that is stored or posted.
func probeAll(all []kind, table *typeTable) *prober {
	p := newProber(table)
	for _, k := range all {
		p.learn(k)
	}
	return p
}

func kinds(all []group, resources []resource) []kind {
	var out []kind
	seen := map[reflect.Type]bool{}
	add := func(g group, gvk schema.GroupVersionKind) {
		object, err := g.scheme.New(gvk)
		if err != nil {
			return
		}
		t := reflect.TypeOf(object).Elem()
		if !seen[t] {
			seen[t] = true
			out = append(out, kind{shortName(t), g.scheme, t, gvk})
		}
	}
	for _, g := range all {
		for _, r := range resources {
			if r.Group != g.name {
				continue
			}
			add(g, schema.GroupVersionKind{Group: r.Group, Version: r.Version, Kind: r.Kind})
			for _, s := range r.Subresources {
				add(g, schema.GroupVersionKind{Group: s.Group, Version: s.Version, Kind: s.Kind})
			}
		}
	}
	return out
}

// occurrence is one place where a field of a type occurs.
type occurrence struct{ kind, path string }

// shareDefaults moves what a field gets wherever its type occurs to the type itself, and returns
// the rest by kind and path: a JobSpec has a backoffLimit in a Job, not in a CronJob's template.
func shareDefaults(p *prober, all []kind) map[string]map[string]any {
	contexts := map[string][]occurrence{}
	fieldOf := map[string]*field{}
	for _, k := range all {
		for _, at := range p.table.places(k.typ) {
			for i := range p.table.fields[at.typ] {
				f := &p.table.fields[at.typ][i]
				id := shortName(at.typ) + "." + f.name
				fieldOf[id] = f
				contexts[id] = append(contexts[id], occurrence{k.name, join(at.path, f.name)})
			}
		}
	}
	rest := map[string]map[string]any{}
	for _, id := range sortedKeys(contexts) {
		if value, same := p.common(contexts[id]); same {
			fieldOf[id].extra["default"] = value
			continue
		}
		for _, c := range contexts[id] {
			if value, ok := p.base[c.kind][c.path]; ok {
				if rest[c.kind] == nil {
					rest[c.kind] = map[string]any{}
				}
				rest[c.kind][c.path] = value
			}
		}
	}
	return rest
}

func (p *prober) common(contexts []occurrence) (any, bool) {
	first, ok := p.base[contexts[0].kind][contexts[0].path]
	if !ok {
		return nil, false
	}
	for _, c := range contexts {
		if value, ok := p.base[c.kind][c.path]; !ok || !reflect.DeepEqual(value, first) {
			return nil, false
		}
	}
	return first, true
}

// writeDefaults writes the defaults that hold in one kind only, the names of those that depend on
// other fields (code in the engine), and examples of the latter for its tests.
func writeDefaults(dir string, p *prober, all []kind) {
	rest := shareDefaults(p, all)
	var lines []string
	for _, name := range sortedKeys(rest) {
		lines = append(lines, oneLine(name)+": "+oneLine(rest[name]))
	}
	conditional := map[string]bool{}
	for _, name := range sortedKeys(p.conditional) {
		for path := range p.conditional[name] {
			conditional[name+" "+path] = true
		}
	}
	writeFile(dir, "defaults.json", "{\n"+strings.Join(lines, ",\n")+"\n}\n")
	writeLines(dir, "defaults-conditional.json", quoted(sortedKeys(conditional)))
	var cases []string
	for _, id := range sortedKeys(p.cases) {
		cases = append(cases, oneLine(p.cases[id]))
	}
	writeLines(dir, "defaults-cases.json", append(cases, scenarios(all)...))
}

func quoted(texts []string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, oneLine(text))
	}
	return out
}

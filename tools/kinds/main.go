// Kinds writes what the engine knows of Kubernetes' built-in kinds as JSON: structure, defaults
// and facts of every resource that a default kube-apiserver serves, read from its own Go modules.
package main

import (
	"flag"
	"os"
)

func main() {
	out := flag.String("out", "../../packages/engine/src/schema/generated", "folder for the JSON files")
	flag.Parse()
	check(os.MkdirAll(*out, 0o755))

	table := newTypeTable()
	all := groups()
	resources := resourcesOf(all, table)
	addOptions(table)
	roots := kinds(all, resources)
	writeResources(*out, resources)
	writeDefaults(*out, probeAll(roots, table), roots)
	writeProtobuf(*out, roots)
	writeTypes(*out, table)
	writeGateway(*out)
	writePolicy(*out)
	writePrinted(*out, table)
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

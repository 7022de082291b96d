// Reads chains as tests/verifiers/lines.py writes them, and answers with one line each.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

var usages = map[string]x509.ExtKeyUsage{
	"serverAuth": x509.ExtKeyUsageServerAuth,
	"clientAuth": x509.ExtKeyUsageClientAuth,
}

func read(field string) (found []*x509.Certificate, problem error) {
	for _, text := range strings.Split(field, ",") {
		if text == "" {
			continue
		}
		der, err := base64.StdEncoding.DecodeString(text)
		if err == nil {
			var certificate *x509.Certificate
			if certificate, err = x509.ParseCertificate(der); err == nil {
				found = append(found, certificate)
			}
		}
		if err != nil {
			problem = err
		}
	}
	return found, problem
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	made := x509.NewCertPool()
	for _, certificate := range certificates {
		made.AddCert(certificate)
	}
	return made
}

func answer(line string) string {
	fields := strings.Split(line, "\t")
	seconds, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return "unreadable\t" + err.Error()
	}
	endEntity, err := read(fields[2])
	if err != nil {
		return "unreadable\t" + err.Error()
	}
	presented, err := read(fields[3])
	if err != nil {
		return "unreadable\t" + err.Error()
	}
	// As x509.CertPool.AppendCertsFromPEM, what cannot be read is left out of the store.
	store, _ := read(fields[4])
	_, err = endEntity[0].Verify(x509.VerifyOptions{
		Roots:         pool(store),
		Intermediates: pool(presented),
		CurrentTime:   time.Unix(seconds, 0),
		KeyUsages:     []x509.ExtKeyUsage{usages[fields[0]]},
	})
	if err != nil {
		return "refused\t" + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return "accepted"
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<16), 1<<24)
	for input.Scan() {
		fmt.Println(answer(input.Text()))
	}
}

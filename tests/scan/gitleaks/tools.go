//go:build tools

package gitleaks

import _ "github.com/zricethezav/gitleaks/v8"

"""The completion scripts of shells, which ask ``losscli`` for words, and complete files themselves."""

SCRIPTS = {
    "bash": r"""# losscli at TAB, for bash 3.2 and newer: eval "$(losscli completion bash)"
_losscli() {
    local answer word program=$1
    [[ $program == '~/'* ]] && program=$HOME/${program:2}
    COMPREPLY=()
    answer=$(LOSSCLI_COMPLETE=bash LOSSCLI_LINE=${COMP_LINE:0:COMP_POINT} LOSSCLI_BREAKS=$COMP_WORDBREAKS \
        "$program" 2>/dev/null) || return 0
    while IFS= read -r word; do
        COMPREPLY+=("${word%%$'\t'*}")
    done <<<"$answer"
    COMPREPLY=("${COMPREPLY[@]:1}")
    case ${COMPREPLY[0]-} in
        *[./]) compopt -o nospace 2>/dev/null ;;
    esac
}
complete -o bashdefault -o default -F _losscli losscli
""",
    "zsh": r"""#compdef losscli
# losscli at TAB, for zsh: a file _losscli in a directory of $fpath, or: source <(losscli completion zsh)
_losscli() {
    local line word
    local -a answer names starts
    answer=("${(@f)$(LOSSCLI_COMPLETE=zsh ${~${(Q)words[1]}} "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    for line in "${(@)answer[2,-1]}"; do
        word=${${${line%%$'\t'*}//\\/\\\\}//:/\\:}
        if [[ $word == *[./] ]]; then starts+=("$word:${line#*$'\t'}"); else names+=("$word:${line#*$'\t'}"); fi
    done
    (( $#names )) && _describe -t words word names -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}'
    (( $#starts )) && _describe -t starts start starts -S ''
    [[ $answer[1] == files ]] && { [[ $PREFIX == --*=* ]] && compset -P '*='; _files }
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
if [[ $funcstack[1] == _losscli ]]; then _losscli "$@"; else compdef _losscli losscli; fi
""",
    "fish": r"""# losscli at TAB, for fish: losscli completion fish > ~/.config/fish/completions/losscli.fish
function __losscli_complete
    set -l words (commandline -opc)
    set -l program (string replace -r '^~/' $HOME/ -- $words[1])
    set -e words[1]
    set -l token (commandline -ct)
    set -l answer (env LOSSCLI_COMPLETE=fish $program $words "$token" 2>/dev/null)
    test "$answer[1]" = files; and complete -C "'' $token"
    set -e answer[1]
    string join \n -- $answer
end
complete -c losscli -f -a '(__losscli_complete)'
""",
    "powershell": r"""# losscli at TAB, for PowerShell: losscli completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName losscli -ScriptBlock {
    param($word, $ast, $cursor)
    $line = $ast.ToString().PadRight($cursor - $ast.Extent.StartOffset)
    $env:LOSSCLI_COMPLETE = 'powershell'
    $env:LOSSCLI_LINE = $line.Substring(0, $cursor - $ast.Extent.StartOffset)
    try {
        & losscli 2>$null | Select-Object -Skip 1 | ForEach-Object {
            $name, $text = $_ -split "`t", 2
            $shown = if ($text) { $text } else { $name }
            $typed = if ($name -match '[\s''"`$(){};,|&<>@#]') { "'" + ($name -replace "'", "''") + "'" } else { $name }
            [System.Management.Automation.CompletionResult]::new($typed, $name, 'ParameterValue', $shown)
        }
    } finally {
        Remove-Item 'Env:LOSSCLI_COMPLETE', 'Env:LOSSCLI_LINE'
    }
}
""",
}
